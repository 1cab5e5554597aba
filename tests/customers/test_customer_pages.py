import re

import pytest
from django.urls import reverse

from customers.models import Customer
from tests.customers.samples import customer, profile

GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
LIST = "/dashboard/customers"
FORM = {
    "company_name": "Contoso",
    "domain": "contoso.example",
    "country": "US",
    "language": "en",
    "first_name": "Kim",
    "last_name": "Abercrombie",
    "email": "kim@contoso.example",
    "address_line1": "1 Microsoft Way",
    "city": "Redmond",
    "state": "WA",
    "postal_code": "98052",
}


def text_of(response) -> str:
    return response.content.decode()


def main_of(response) -> str:
    return text_of(response).split("<main")[1]


def names(response) -> list[str]:
    return [row.company_name for row in response.context["page"].items]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_statements_for_one_row_and_for_three(
    fabrikam, django_assert_num_queries, count
):
    for number in range(count):
        customer(fabrikam, f"C{number}")
    browser = fabrikam.browser("aa")
    with django_assert_num_queries(5):
        response = browser.get(LIST)
    assert names(response) == [f"C{number}" for number in range(count)]


def test_S2_customers_is_in_the_menu_of_a_csp_partner_only(fabrikam, proseware):
    assert f'href="{LIST}"' in text_of(fabrikam.browser("aa").get("/dashboard"))
    assert f'href="{LIST}"' not in text_of(proseware.browser("aa").get("/dashboard"))
    refused = proseware.browser("aa").get(LIST)
    assert refused.status_code == 403
    assert "not enrolled in the Cloud Solution Provider program" in text_of(refused)
    # No role of his own would help.
    assert "can assign roles" not in text_of(refused)
    assert "can assign roles" in text_of(fabrikam.browser("du").get(LIST))


def test_the_customer_s_menu_marks_the_entry_that_a_page_stands_under(fabrikam):
    contoso = f"{LIST}/{customer(fabrikam, 'Contoso').pk}"
    browser = fabrikam.browser("aa")

    def marked(page: str) -> list[tuple[str, str]]:
        menu = text_of(browser.get(f"{contoso}{page}")).split('id="sub-menu"')[1].split("</nav>")[0]
        return re.findall(r'aria-current="(\w+)">([^<]*)<', menu)

    assert {page: marked(page) for page in ("", "/software", "/add-products", "/cart")} == {
        "": [("page", "Overview")],
        "/software": [("page", "Software")],
        "/add-products": [("true", "Order history")],
        "/cart": [("true", "Order history")],
    }


def test_S12_the_dashboard_asks_to_sign_in_and_comes_back(fabrikam):
    asked = fabrikam.browser().get("/dashboard")
    assert (asked.status_code, asked["Location"]) == (302, "/signin?next=/dashboard")
    assert fabrikam.browser("du").get("/dashboard").status_code == 200


def test_S13_S56_a_name_in_the_list_opens_that_customer(fabrikam):
    contoso = customer(fabrikam)
    browser = fabrikam.browser("aa")
    assert reverse("customers:detail", args=[contoso.pk]) in text_of(browser.get(LIST))
    page = text_of(browser.get(f"{LIST}/{contoso.pk}"))
    assert "<h1>Contoso</h1>" in re.sub(r"\s*(<h1>|</h1>)\s*", r"\1", page)
    for route in ("orders:software", "orders:history", "customers:account"):
        assert f'href="{reverse(route, args=[contoso.pk])}"' in page


def test_S14_add_products_is_there_or_says_which_role_it_needs(fabrikam):
    contoso = customer(fabrikam)
    address = reverse("orders:add_products", args=[contoso.pk])
    page = f"{LIST}/{contoso.pk}"
    assert f'href="{address}"' in text_of(fabrikam.browser("aa").get(page))
    assert f'href="{address}"' in text_of(fabrikam.browser("ga").get(page))
    off = text_of(fabrikam.browser("ha").get(page))
    assert f'href="{address}"' not in off
    assert "Global admin, Admin agent" in off


def test_S53_name_guid_and_domain_can_be_copied(fabrikam):
    contoso = customer(fabrikam)
    page = text_of(fabrikam.browser("ba").get(f"{LIST}/{contoso.pk}"))
    for value in ("Contoso", str(contoso.pk), "contoso.example"):
        assert f'data-copy="{value}"' in page


def test_S53_the_search_box_finds_and_clears(fabrikam):
    customer(fabrikam)
    customer(fabrikam, "Wingtip")
    browser = fabrikam.browser("aa")
    assert names(browser.get(LIST, {"q": "wing"})) == ["Wingtip"]
    nothing = browser.get(LIST, {"q": "<b>"})
    assert "<b>" not in text_of(nothing).split("<main")[1]
    assert browser.get(LIST, {"q": "x" * 201}).status_code == 400


def test_pages_of_the_list_lead_on_and_back(fabrikam):
    every = [f"Company {number:02}" for number in range(81)]
    with fabrikam.visible():
        Customer.objects.bulk_create(
            Customer(
                partner=fabrikam.partner,
                created_at=fabrikam.partner.created_at,
                **vars(profile(name)),
            )
            for name in every
        )
    browser = fabrikam.browser("aa")
    first = browser.get(LIST)
    second = browser.get(f"{LIST}?{first.context['page'].next_query}")
    third = browser.get(f"{LIST}?{second.context['page'].next_query}")
    back = browser.get(f"{LIST}?{third.context['page'].previous_query}")
    assert names(first) == every[:40]
    assert names(second) == names(back) == every[40:80]
    assert names(third) == every[80:]
    assert (first.context["page"].previous_query, third.context["page"].next_query) == ("", "")


@pytest.mark.parametrize("where", ["?after=x", "?before=a:b:c", "?q=%00", "?q=%FF"])
def test_a_broken_address_is_a_clear_400(fabrikam, where):
    response = fabrikam.browser("aa").get(f"{LIST}{where}")
    assert response.status_code == 400
    assert 'data-testid="error-400"' in text_of(response)


def test_a_foreign_customer_looks_like_none(fabrikam, tailspin, time_machine):
    time_machine.move_to("2026-01-02T10:12Z", tick=False)
    theirs = customer(tailspin)
    browser = fabrikam.browser("aa")
    for tail in ("", "/account", "/added"):
        answers = [
            browser.get(f"{LIST}/{guid}{tail}")
            for guid in (theirs.pk, "11111111-2222-3333-4444-555555555555")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        foreign, unknown = (re.sub(GUID, "", main_of(answer)) for answer in answers)
        assert foreign == unknown


def test_without_the_role_ones_own_customer_is_a_403(fabrikam):
    contoso = customer(fabrikam)
    refused = fabrikam.browser("uma").get(f"{LIST}/{contoso.pk}")
    assert refused.status_code == 403
    assert "Admin agent" in text_of(refused)
    assert fabrikam.browser("uma").get(f"{LIST}/{contoso.pk}/account").status_code == 403
    assert fabrikam.browser("uma").get(f"{LIST}/new").status_code == 200


def test_the_wizard_reviews_walks_back_with_what_was_entered_and_adds(fabrikam):
    browser = fabrikam.browser("uma")
    review = browser.post(f"{LIST}/new", FORM | {"step": "review"})
    assert "United States" in text_of(review)
    assert 'name="company_name" value="Contoso"' in text_of(review)
    edit = browser.post(f"{LIST}/new", FORM | {"step": "edit"})
    assert 'name="company_name" value="Contoso"' in text_of(edit)
    with fabrikam.visible():
        assert Customer.objects.count() == 0
    added = browser.post(f"{LIST}/new", FORM | {"step": "submit"})
    with fabrikam.visible():
        made = Customer.objects.get()
    assert added["Location"] == f"{LIST}/{made.pk}/added"
    assert str(made.pk) in text_of(browser.get(added["Location"]))


def test_the_wizard_shows_all_faults_at_once_and_keeps_the_input(fabrikam):
    wrong = FORM | {"country": "RU", "state": "", "email": "kim", "step": "submit"}
    refused = fabrikam.browser("aa").post(f"{LIST}/new", wrong)
    assert refused.status_code == 400
    assert set(refused.context["form"].errors) == {
        "email",
        "organization_registration_number",
        "phone",
    }
    assert 'value="Contoso"' in text_of(refused)


def test_the_wizard_refuses_a_taken_domain_and_text_with_nul(fabrikam):
    customer(fabrikam)
    browser = fabrikam.browser("aa")
    taken = browser.post(f"{LIST}/new", FORM | {"step": "review"})
    assert taken.status_code == 400
    assert set(taken.context["form"].errors) == {"domain"}
    assert browser.post(f"{LIST}/new", FORM | {"city": "a\x00b"}).status_code == 400


def test_the_account_page_changes_and_refuses_an_old_version(fabrikam):
    contoso = customer(fabrikam)
    browser = fabrikam.browser("sa")
    address = f"{LIST}/{contoso.pk}/account"
    form = {k: v for k, v in FORM.items() if k not in {"domain", "country"}}
    done = browser.post(address, form | {"city": "Seattle", "version": 1}, follow=True)
    assert "The account info was updated." in text_of(done)
    stale = browser.post(address, form | {"city": "Bellevue", "version": 1})
    assert stale.status_code == 400
    with fabrikam.visible():
        assert Customer.objects.get().city == "Seattle"


def test_home_shows_the_first_steps_until_there_is_a_customer(fabrikam):
    browser = fabrikam.browser("aa")
    assert 'data-testid="first-steps"' in text_of(browser.get("/dashboard"))
    customer(fabrikam)
    assert 'data-testid="first-steps"' not in text_of(browser.get("/dashboard"))
