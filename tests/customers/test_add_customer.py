import uuid

import pytest

from activitylog.models import ActivityRecord
from customers.models import Customer, CustomerWord
from customers.rules import SANDBOX_LIMIT
from customers.services import add_customer
from partnercenter.lib.errors import Conflict, Forbidden, Invalid
from tests.customers.samples import customer, profile

REGISTRATION = {
    "AM": "12345678",
    "AZ": "1234567890",
    "BY": "123456789",
    "HU": "12345678-1-42",
    "KZ": "123456789012",
    "KG": "12345678901234",
    "MD": "1234567890123",
    "RU": "7707083893",
    "TJ": "123456789",
    "UZ": "123456789",
    "UA": "12345678",
}


def test_a_customer_is_kept_as_entered_and_logged(fabrikam):
    with fabrikam.visible():
        made = add_customer(profile(phone="+1 425 555 0100"), by=fabrikam.actor("aa"))
        kept = Customer.objects.get()
        record = ActivityRecord.objects.get()
    assert (kept.pk, kept.company_name, kept.domain) == (made.pk, "Contoso", "contoso.example")
    assert (kept.country, kept.culture, kept.segment) == ("US", "en-US", "commercial")
    assert (kept.phone, kept.version) == ("+1 425 555 0100", 1)
    assert (record.action, record.resource_type) == ("add_customer", "customer")
    assert (record.customer_id, record.customer_name) == (made.pk, "Contoso")


def test_codes_are_kept_in_their_usual_case_and_blanks_trimmed(fabrikam):
    made = customer(
        fabrikam,
        company_name="  Contoso   Ltd ",
        domain=" Contoso.EXAMPLE ",
        culture="EN-us",
        language="EN",
        country="us",
        state="wa",
    )
    assert (made.company_name, made.domain) == ("Contoso Ltd", "contoso.example")
    assert (made.culture, made.language, made.country, made.state) == ("en-US", "en", "US", "WA")


def test_the_words_are_those_of_name_and_domain_and_the_guids_first(fabrikam):
    made = customer(fabrikam, "Tea-Time Ltd", domain="tea.example")
    with fabrikam.visible():
        kept = set(CustomerWord.objects.values_list("word", flat=True))
    assert kept == {"tea", "time", "ltd", "example", str(made.pk)[:8]}


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"company_name": ""}, "company_name", 800002),
        ({"company_name": "x" * 201}, "company_name", 800002),
        ({"domain": "contoso"}, "domain", 800002),
        ({"domain": "-a.example"}, "domain", 800002),
        ({"email": "kim"}, "email", 800002),
        ({"culture": "english"}, "culture", 800002),
        ({"language": "english"}, "language", 800002),
        ({"phone": "call me"}, "phone", 800002),
        ({"country": "QQ"}, "country", 800002),
        ({"state": ""}, "state", 800002),
        ({"state": "ZZ"}, "state", 800002),
        ({"postal_code": ""}, "postal_code", 800002),
        ({"postal_code": "9805"}, "postal_code", 800002),
        ({"segment": "space"}, "segment", 800002),
        ({"organization_registration_number": "1"}, "organization_registration_number", 600002),
    ],
)
def test_a_wrong_field_is_refused_and_named(fabrikam, change, field, code):
    with fabrikam.visible():
        with pytest.raises(Invalid) as refused:
            add_customer(profile(**change), by=fabrikam.actor("aa"))
        assert Customer.objects.count() == 0
    assert (refused.value.field, refused.value.code, refused.value.status) == (field, code, 400)


@pytest.mark.parametrize(("country", "number"), REGISTRATION.items())
def test_eleven_countries_take_their_number_and_a_phone(fabrikam, country, number):
    made = customer(
        fabrikam,
        country=country,
        state="",
        organization_registration_number=number,
        phone="+7 495 123-45-67",
    )
    assert made.organization_registration_number == number.replace("-", "")


@pytest.mark.parametrize("country", REGISTRATION)
@pytest.mark.parametrize(
    ("number", "phone", "code"),
    [("", "+7 495 1234567", 600049), ("12", "+7 495 1234567", 600050), (None, "", 600051)],
)
def test_eleven_countries_refuse_without(fabrikam, country, number, phone, code):
    entered = REGISTRATION[country] if number is None else number
    wrong = profile(
        country=country, state="", organization_registration_number=entered, phone=phone
    )
    with fabrikam.visible(), pytest.raises(Invalid) as refused:
        add_customer(wrong, by=fabrikam.actor("aa"))
    assert refused.value.code == code


def test_the_wrong_format_message_carries_the_pattern(fabrikam):
    wrong = profile(
        country="KG", state="", organization_registration_number="1", phone="+996 312 123456"
    )
    with fabrikam.visible(), pytest.raises(Invalid, match=r"\^\\d\{14\}\$"):
        add_customer(wrong, by=fabrikam.actor("aa"))


def test_a_domain_is_taken_once_per_partner_and_free_for_another(fabrikam, tailspin):
    customer(fabrikam)
    with fabrikam.visible(), pytest.raises(Conflict) as refused:
        add_customer(profile("Other", domain="CONTOSO.example"), by=fabrikam.actor("aa"))
    assert (refused.value.status, refused.value.field) == (409, "domain")
    assert customer(tailspin).domain == "contoso.example"


def test_a_sandbox_holds_75_customers(fabrikam_sandbox):
    with fabrikam_sandbox.visible():
        Customer.objects.bulk_create(
            Customer(
                partner=fabrikam_sandbox.partner,
                created_at=fabrikam_sandbox.partner.created_at,
                **vars(profile(f"C{number}")),
            )
            for number in range(SANDBOX_LIMIT - 1)
        )
        by = fabrikam_sandbox.actor("aa")
        add_customer(profile("Last"), by=by)
        with pytest.raises(Invalid) as refused:
            add_customer(profile("One more"), by=by)
    assert (refused.value.code, refused.value.status) == (800018, 400)


def test_who_may_not_add_is_told_which_role_it_needs(fabrikam):
    with fabrikam.visible(), pytest.raises(Forbidden, match="Global admin, Admin agent"):
        add_customer(profile(), by=fabrikam.actor("ba"))


def test_adding_takes_seven_statements(fabrikam, django_assert_num_queries):
    by = fabrikam.actor("aa")
    with fabrikam.visible(), django_assert_num_queries(7):
        add_customer(profile(str(uuid.uuid4())), by=by)
