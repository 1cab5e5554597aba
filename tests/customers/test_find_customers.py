import pytest

from customers.models import Customer
from tests.customers.samples import customer


@pytest.fixture
def found(fabrikam):
    """``found(text)``: names of the customers that the list shows for the text."""
    browser = fabrikam.browser("aa")

    def search(text):
        answer = browser.get("/dashboard/customers", {"q": text})
        return [customer.company_name for customer in answer.context["page"].items]

    return search


def test_S53_found_by_company_name_domain_and_tenant_guid(fabrikam, found):
    contoso = customer(fabrikam, "Contoso Ltd", domain="shop.contoso-it.example")
    customer(fabrikam, "Wingtip")
    guid = str(contoso.pk)
    for text in (
        "Contoso Ltd",
        "contoso",
        "LTD cont",
        "shop.contoso-it.example",
        "contoso-it",
        guid,
        guid.upper(),
        f"{{{guid}}}",
        f" {guid.replace('-', '')} ",
        guid[:8],
        guid[:13],
        guid[:24].upper(),
    ):
        assert found(text) == ["Contoso Ltd"], text


def test_a_word_is_found_by_its_beginning_not_its_middle(fabrikam, found):
    customer(fabrikam, "Northwind Traders")
    assert found("trad") == ["Northwind Traders"]
    assert found("rader") == []


def test_found_by_matching_word_then_by_name_each_once(fabrikam, found):
    customer(fabrikam, "Tea Teahouse", domain="c.example")
    customer(fabrikam, "Teapot", domain="b.example")
    customer(fabrikam, "Best Tea", domain="tea-time.example")
    assert found("tea") == ["Best Tea", "Tea Teahouse", "Teapot"]


def test_pages_of_what_was_found(fabrikam):
    for number in range(41):
        customer(fabrikam, f"Tea {number:02}", domain=f"tea{number}.example")
    browser = fabrikam.browser("aa")
    first = browser.get("/dashboard/customers", {"q": "tea"}).context["page"]
    second = browser.get(f"/dashboard/customers?{first.next_query}").context["page"]
    names = [customer.company_name for customer in first.items + second.items]
    assert names == [f"Tea {number:02}" for number in range(41)]


def test_every_word_must_match(fabrikam, found):
    customer(fabrikam, "Northwind Traders")
    customer(fabrikam, "Northwind Coffee")
    assert found("northwind") == ["Northwind Coffee", "Northwind Traders"]
    assert found("northwind coffee") == ["Northwind Coffee"]


def test_no_words_find_all(fabrikam, found):
    customer(fabrikam)
    assert found("") == found(" - ") == ["Contoso"]


def test_chinese_names_are_found_by_their_beginning(fabrikam, found):
    customer(fabrikam, "北京康拓科技", domain="kt.example")
    assert found("北京") == ["北京康拓科技"]


def test_signs_of_the_search_language_mean_nothing(fabrikam, found):
    customer(fabrikam)
    for text in ("contoso%", "contoso:*", "'contoso'", "contoso & !x"):
        assert found(text) == ([] if "x" in text else ["Contoso"]), text


def test_another_partners_customer_is_not_found(fabrikam, tailspin, found):
    theirs = customer(tailspin)
    assert found("contoso") == found(str(theirs.pk)) == []


def test_by_name_and_by_domain_are_beginnings_without_case(fabrikam):
    customer(fabrikam, "Élan Ltd", domain="elan.example")
    customer(fabrikam, "Contoso")
    with fabrikam.visible():
        mine = Customer.objects.visible_to(fabrikam.actor("aa"))
        assert [row.company_name for row in mine.named("CONT")] == ["Contoso"]
        assert [row.company_name for row in mine.named("Élan l")] == ["Élan Ltd"]
        assert [row.company_name for row in mine.with_domain("ELAN.")] == ["Élan Ltd"]
        assert list(mine.named("ontoso")) == list(mine.with_domain("example")) == []
