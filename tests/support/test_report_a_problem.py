"""S74-S81: Report a problem with Partner Center, by page and by API."""

import html
import re
from decimal import Decimal

import pytest

from orders import services as orders
from orders.models import Order
from software.models import Entitlement
from support import services
from support.models import ServiceRequest
from support.rules import Topic
from tests.orders import build as buying
from tests.support.build import API, NEW, content, fields, refund, submitted, wire

pytestmark = pytest.mark.django_db
HEADINGS = {
    "en": "Report a problem with Partner Center",
    "zh-hans": "报告合作伙伴中心问题",
}
REFUND = {
    "en": "CSP Purchase/Refund on behalf of customers",
    "zh-hans": "代表客户进行 CSP 购买/退款",
}
BOTH = pytest.mark.parametrize("language", HEADINGS)


def text_of(response):
    return html.unescape(response.content.decode())


def value_of(response, name):
    """What stands in a text field."""
    return html.unescape(
        re.search(rf'name="{name}"[^>]*?value="([^"]*)"', response.content.decode())[1]
    )


def the_only(org):
    with org.visible():
        return ServiceRequest.objects.get()


def nothing_in(org):
    with org.visible():
        return not ServiceRequest.objects.exists()


@BOTH
def test_S75_the_page_has_exactly_this_heading(fabrikam, language):
    page = fabrikam.browser("du").get(NEW, headers={"Accept-Language": language})

    headings = re.findall(r"<h1[^>]*>(.*?)</h1>", text_of(page), re.DOTALL)
    assert [one.strip() for one in headings] == [HEADINGS[language]]


def test_S74_S75_from_an_order_only_the_reason_is_left_to_type(fabrikam, order):
    page = fabrikam.browser("aa").get(f"{NEW}?order={order.pk}")

    assert page.status_code == 200
    assert value_of(page, "customer") == str(order.customer_id)
    assert value_of(page, "order") == order.pk
    assert value_of(page, "amount") == "365.00"
    assert value_of(page, "currency") == "USD"
    assert value_of(page, "email") == "aa@fabrikam.example"
    assert '<option value="32444675" selected>' in page.content.decode()
    sent = {name: value_of(page, name) for name in ("title", "customer", "order", "amount")}
    sent |= {"currency": "USD", "name": "Mia AA", "email": "a@b.example", "phone": "425 555 0100"}
    sent |= {"topic": Topic.REFUND.value, "impact": "moderate", "verb": "submit"}
    answer = fabrikam.browser("aa").post(NEW, sent | {"reason": "Bought twice"})
    request = the_only(fabrikam)
    assert answer.url == f"/dashboard/support/{request.number}"
    assert (request.order_id, request.customer_id) == (order.pk, order.customer_id)
    assert request.fact_amount == Decimal(365)


def test_S75_the_amount_is_of_what_is_not_cancelled(fabrikam):
    with fabrikam.visible():
        shop = buying.shop(fabrikam)
        order = shop.buy(buying.offer("PERP"), buying.offer("WSD")).order
        amounts = []
        for number in (0, 1):
            page = fabrikam.browser("aa").get(f"{NEW}?order={order.pk}")
            amounts.append(value_of(page, "amount"))
            orders.cancel_order(order, by=fabrikam.actor("aa"), lines=[number])
        page = fabrikam.browser("aa").get(f"{NEW}?order={order.pk}")
    assert amounts == ["1365.00", "365.00"]
    assert 'name="amount" value' not in page.content.decode()


def test_S74_an_order_of_another_partner_is_like_none(fabrikam, tailspin, order):
    foreign = tailspin.browser("aa").get(f"{NEW}?order={order.pk}")
    unknown = tailspin.browser("aa").get(f"{NEW}?order=nothing")

    assert (foreign.status_code, unknown.status_code) == (404, 404)


def test_S74_only_who_may_see_orders_has_one_filled_in(fabrikam, order):
    assert fabrikam.browser("du").get(f"{NEW}?order={order.pk}").status_code == 403
    assert fabrikam.browser("du").get(NEW).status_code == 200


@BOTH
def test_S76_the_option_is_exact(fabrikam, language):
    page = fabrikam.browser("aa").get(NEW, headers={"Accept-Language": language})
    topics = fabrikam.api("aa").get(f"{API}/supporttopics", headers={"X-Locale": language}).json()

    assert f'<option value="32444675">{REFUND[language]}</option>' in text_of(page)
    assert topics["totalCount"] == len(Topic)
    assert topics["items"][0]["name"] == REFUND[language]
    assert topics["items"][0]["id"] == 32444675
    assert topics["items"][0]["attributes"] == {"objectType": "SupportTopic"}


@pytest.mark.parametrize("name", ["topic", "impact", "title", "description", "name", "email"])
def test_S77_what_is_missing_is_said_at_its_field(fabrikam, name):
    page = fabrikam.browser("aa").post(NEW, fields(**{name: ""}))

    assert page.status_code == 400
    assert f'id="id_{name}_error"' in page.content.decode()
    assert nothing_in(fabrikam)


@pytest.mark.parametrize("name", ["Title", "Severity", "SupportTopicId"])
def test_S77_the_api_names_what_is_missing(fabrikam, name):
    body = wire()
    del body[name]

    answer = fabrikam.api("aa").post(f"{API}/en-US", body, format="json")

    assert answer.status_code == 400
    assert [one.lower() for one in answer.json()["data"]] == [name.lower()]


def test_S77_a_title_of_300_characters_is_refused_and_nothing_is_lost(fabrikam):
    sent = fields(title="x" * 300, topic=Topic.BILLING.value, impact="critical")

    page = fabrikam.browser("aa").post(NEW, sent)

    assert page.status_code == 400
    assert value_of(page, "title") == "x" * 300
    assert f'<option value="{Topic.BILLING}" selected>' in page.content.decode()
    assert '<option value="critical" selected>' in page.content.decode()
    assert "It was full yesterday." in text_of(page)
    assert value_of(page, "phone") == "+1 425 555 0100"
    assert 'id="id_title_error"' in page.content.decode()
    answer = fabrikam.api("aa").post(f"{API}/en-US", wire(Title="x" * 300), format="json")
    assert (answer.status_code, answer.json()["data"]) == (400, ["title"])


ABSENT = {
    "en": "Customer tenant GUID or domain name; Order ID or Subscription ID; "
    "Refund reason; Amount requested",
    "zh-hans": "客户租户 GUID 或域名; 订单 ID 或订阅 ID; 退款原因; 请求的金额",
}


@BOTH
def test_S78_a_refund_without_facts_is_refused_with_the_list_of_them(fabrikam, language):
    sent = fields(topic=Topic.REFUND.value, description="Please")

    page = fabrikam.browser("aa").post(NEW, sent, headers={"Accept-Language": language})

    assert page.status_code == 400
    assert ABSENT[language] in text_of(page)
    assert "Please" in text_of(page)
    assert nothing_in(fabrikam)


def test_S78_the_api_lists_the_absent_facts(fabrikam, order):
    none = fabrikam.api("aa").post(f"{API}/en-US", wire(SupportTopicId="32444675"), format="json")
    some = fabrikam.api("aa").post(
        f"{API}/en-US",
        wire(SupportTopicId="32444675", context={"orderId": order.pk}),
        format="json",
    )

    assert none.status_code == 400
    assert none.json()["data"] == ["customer", "order", "reason", "amount"]
    assert some.json()["data"] == ["reason"]


def test_S78_guid_or_domain_and_order_or_subscription_are_all_accepted(fabrikam, order):
    with fabrikam.visible():
        line = Entitlement.objects.get(order_id=order.pk)
        customer = Order.objects.select_related("customer").get(pk=order.pk).customer
        for whom in (str(customer.pk), str(customer.pk).upper(), customer.domain):
            for what in (order.pk, str(line.pk)):
                made = services.submit(
                    refund(order, customer=whom, order=what), by=fabrikam.actor("aa")
                )
                assert (made.customer_id, made.order_id) == (customer.pk, order.pk)


@pytest.mark.parametrize(
    ("name", "value"),
    [("customer", "not a name"), ("customer", "nobody.example"), ("order", "nothing")],
)
def test_S78_a_fact_that_leads_nowhere_is_refused_at_its_field(fabrikam, order, name, value):
    sent = refund(order, **{name: value})

    page = fabrikam.browser("aa").post(NEW, fields(**_facts(sent)))

    assert page.status_code == 400
    assert f'id="id_{name}_error"' in page.content.decode()
    assert value_of(page, name) == value


def test_S78_another_partners_order_is_like_none(fabrikam, tailspin, order):
    sent = fields(**_facts(refund(order)))

    page = tailspin.browser("aa").post(NEW, sent)

    assert page.status_code == 400
    assert "None of your orders or subscriptions has this ID." in text_of(page)
    assert "None of your customers has this tenant GUID" in text_of(page)


@pytest.mark.parametrize("amount", ["a lot", "-1", "0", "1.005", "1e400", "NaN"])
def test_S78_an_amount_that_is_none_is_refused_and_kept(fabrikam, order, amount):
    page = fabrikam.browser("aa").post(NEW, fields(**_facts(refund(order)) | {"amount": amount}))

    assert page.status_code == 400
    assert 'id="id_amount_error"' in page.content.decode()
    assert value_of(page, "amount") == amount


def _facts(sent):
    names = ("topic", "customer", "order", "reason", "amount", "currency", "description")
    return {name: getattr(sent, name) for name in names}


COMPOSED = {
    "en": "Customer tenant GUID or domain name: {customer}\nOrder ID or Subscription ID: {order}\n"
    "Refund reason: Bought twice\nAmount requested: 365.00 USD",
    "zh-hans": "客户租户 GUID 或域名: {customer}\n订单 ID 或订阅 ID: {order}\n"
    "退款原因: Bought twice\n请求的金额: 365.00 USD",
}


@BOTH
def test_S78_the_facts_compose_the_description_which_stays_editable(fabrikam, order, language):
    sent = fields(**_facts(refund(order)), verb="describe")
    expected = COMPOSED[language].format(customer=order.customer_id, order=order.pk)
    options = {"headers": {"Accept-Language": language}}

    page = fabrikam.browser("aa").post(NEW, sent, **options)

    assert page.status_code == 200
    assert f">\n{expected}</textarea>" in text_of(page)
    assert nothing_in(fabrikam)
    edited = fields(**_facts(refund(order)) | {"description": "My own words"})
    fabrikam.browser("aa").post(NEW, edited, **options)
    assert the_only(fabrikam).description == "My own words"


def test_S78_left_empty_the_description_is_composed_on_submit(fabrikam, order):
    with fabrikam.visible():
        made = services.submit(refund(order), by=fabrikam.actor("aa"))

    assert made.description == COMPOSED["en"].format(customer=order.customer_id, order=order.pk)


def test_S79_contact_is_prefilled_from_the_profile(fabrikam):
    fabrikam["aa"].phone = "425 555 0199"
    fabrikam["aa"].save()

    page = fabrikam.browser("aa").get(NEW)

    contact = [value_of(page, name) for name in ("name", "email", "phone")]
    assert contact == ["Mia AA", "aa@fabrikam.example", "425 555 0199"]


@pytest.mark.parametrize(("name", "value"), [("email", "nobody"), ("phone", "call me")])
def test_S79_contact_is_validated(fabrikam, name, value):
    page = fabrikam.browser("aa").post(NEW, fields(**{name: value}))

    assert page.status_code == 400
    assert f'id="id_{name}_error"' in page.content.decode()


def test_S79_contact_can_be_somebody_else(fabrikam):
    fabrikam.browser("aa").post(NEW, fields(name="Kim Anne Lee", email="kim@x.example"))

    request = the_only(fabrikam)
    assert (request.first_name, request.last_name) == ("Kim Anne", "Lee")
    assert request.email == "kim@x.example"


def test_S81_submit_confirms_with_the_number_and_opens_the_request(fabrikam, travel):
    page = fabrikam.browser("aa").post(NEW, fields(), follow=True)

    request = the_only(fabrikam)
    assert re.fullmatch(r"6200102\d{8}", request.number)
    assert f"Your request {request.number} was submitted." in text_of(page)
    assert (request.status, request.is_draft) == ("open", False)
    listed = text_of(fabrikam.browser("aa").get("/dashboard/support"))
    assert request.number in listed


def test_S81_the_draft_becomes_the_request(fabrikam):
    browser = fabrikam.browser("aa")
    saved = browser.post(NEW, fields(verb="draft", phone="", impact=""))
    draft = the_only(fabrikam)
    assert (saved.url, draft.status) == (f"/dashboard/support/{draft.number}/edit", "none")
    assert value_of(browser.get(saved.url), "title") == "The list is empty"
    assert browser.get(f"/dashboard/support/{draft.number}").url == saved.url

    browser.post(saved.url, fields())

    request = the_only(fabrikam)
    assert (request.number, request.status, request.is_draft) == (draft.number, "open", False)
    assert browser.get(saved.url).status_code == 404


def test_S81_another_users_draft_is_nobody_elses(fabrikam):
    with fabrikam.visible():
        draft = services.save_draft(content(), by=fabrikam.actor("aa"))

    for key in ("sa", "ga"):
        browser = fabrikam.browser(key)
        assert browser.get(f"/dashboard/support/{draft.number}").status_code == 404
        assert browser.get(f"/dashboard/support/{draft.number}/edit").status_code == 404
        assert draft.number not in text_of(browser.get("/dashboard/support"))
    assert fabrikam.api("aa", as_user=True).get(f"{API}/{draft.number}").status_code == 404


def test_S81_by_api_the_answer_is_the_open_request(fabrikam, travel):
    answer = fabrikam.api("aa", as_user=False).post(f"{API}/en-US", wire(), format="json")

    assert answer.status_code == 201
    body = answer.json()
    number = body["id"]
    organization = {"id": str(fabrikam.partner.pk), "name": "Fabrikam"}
    assert body == {
        "id": number,
        "title": "The list is empty",
        "description": "It was full yesterday.",
        "severity": "minimal",
        "supportTopicId": "32444667",
        "supportTopicName": "Partner Center issues",
        "productId": "",
        "status": "open",
        "organization": organization | {"phoneNumber": "+1 425 555 0100"},
        "primaryContact": {
            "organization": organization,
            "contactId": fabrikam.app("aa").client_id,
            "lastName": "Weber",
            "firstName": "Mia",
            "email": "mia@fabrikam.example",
            "phoneNumber": "+1 425 555 0100",
        },
        "lastUpdatedBy": {"organization": organization, "email": "aa"},
        "createdDate": "2020-01-02T10:12:00Z",
        "lastModifiedDate": "2020-01-02T10:12:00Z",
        "lastClosedDate": "0001-01-01T00:00:00Z",
        "countryCode": "US",
        "notes": [],
        "fileLinks": [],
        "links": {"self": {"uri": f"/servicerequests/{number}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "ServiceRequest"},
    }
    assert fabrikam.api("ga").get(f"{API}/{number}").json() == body


def test_S81_a_repeat_of_the_same_request_id_makes_no_second_request(fabrikam):
    client, headers = fabrikam.api("aa"), {"MS-RequestId": "r-1"}

    first = client.post(f"{API}/en-US", wire(), format="json", headers=headers)
    again = client.post(f"{API}/en-US", wire(), format="json", headers=headers)

    assert first.json() == again.json()
    assert the_only(fabrikam).number == first.json()["id"]


def test_S81_only_the_creator_and_a_global_admin_see_it(fabrikam, tailspin):
    number = submitted(fabrikam, "aa").number
    found = {
        key: fabrikam.browser(key).get(f"/dashboard/support/{number}").status_code
        for key in ("aa", "ga", "gaaa", "sa", "du")
    }
    by_api = {
        key: fabrikam.api(key, as_user=True).get(f"{API}/{number}").status_code
        for key in ("aa", "ga", "sa", "du")
    }

    assert found == {"aa": 200, "ga": 200, "gaaa": 200, "sa": 404, "du": 404}
    assert by_api == {"aa": 200, "ga": 200, "sa": 404, "du": 404}
    assert tailspin.browser("ga").get(f"/dashboard/support/{number}").status_code == 404
    assert tailspin.api("ga").get(f"{API}/{number}").status_code == 404


def test_a_partner_outside_csp_may_report_a_problem(proseware):
    assert proseware.browser("du").post(NEW, fields()).status_code == 302
