from dataclasses import replace

import pytest

from activitylog.models import ActivityRecord
from customers.models import Customer, CustomerWord
from customers.services import update_customer
from partnercenter.lib.errors import Forbidden, Invalid
from partnercenter.lib.wire.etag import IfMatch
from tests.customers.samples import customer, profile


def test_a_change_is_kept_logged_and_found_by_its_new_name(fabrikam):
    made = customer(fabrikam)
    new = replace(profile(), company_name="Fourth Coffee", phone="+1 425 555 0100")
    with fabrikam.visible():
        update_customer(made, new, by=fabrikam.actor("ha"), if_match=IfMatch(("1",)))
        kept = Customer.objects.get()
        log = ActivityRecord.objects.order_by("-at").first()
        found = {
            text: CustomerWord.objects.matching(text).count()
            for text in ("fourth", "contoso", "contoso ltd")
        }
    assert (kept.company_name, kept.phone, kept.version) == ("Fourth Coffee", "+1 425 555 0100", 2)
    # The old name is still the domain's.
    assert found == {"fourth": 1, "contoso": 1, "contoso ltd": 0}
    assert log.action == "update_customer_billing_profile"
    assert log.details["changed"] == "company_name, phone"


def test_domain_country_and_segment_stay(fabrikam):
    made = customer(fabrikam)
    new = profile(domain="else.example", country="AU", postal_code="2113", segment="education")
    with fabrikam.visible():
        update_customer(made, new, by=fabrikam.actor("aa"))
        kept = Customer.objects.get()
    assert (kept.domain, kept.country, kept.segment) == ("contoso.example", "US", "commercial")


def test_nothing_changed_is_no_change(fabrikam):
    made = customer(fabrikam)
    with fabrikam.visible():
        update_customer(made, profile(), by=fabrikam.actor("aa"), if_match=IfMatch(("1",)))
        assert Customer.objects.get().version == 1
        assert ActivityRecord.objects.count() == 1


def test_a_change_from_an_older_version_is_refused(fabrikam):
    made = customer(fabrikam)
    with fabrikam.visible():
        by = fabrikam.actor("aa")
        update_customer(made, replace(profile(), city="Seattle"), by=by, if_match=IfMatch(("1",)))
        with pytest.raises(Invalid) as refused:
            update_customer(
                made, replace(profile(), city="Bellevue"), by=by, if_match=IfMatch(("1",))
            )
        assert Customer.objects.get().city == "Seattle"
    assert refused.value.code == 2055


def test_a_billing_admin_may_not(fabrikam):
    made = customer(fabrikam)
    with fabrikam.visible(), pytest.raises(Forbidden):
        update_customer(made, profile(), by=fabrikam.actor("ba"))


@pytest.mark.parametrize("place", ["profile", "address"])
def test_the_contact_may_be_changed_in_either_place_that_names_it(fabrikam, place):
    """Clients PUT the profile as they read it: one of the two places has the new name."""
    at = f"/v1/customers/{customer(fabrikam).pk}/profiles/billing"
    profile = fabrikam.api("aa").get(at).json()
    changed = profile if place == "profile" else profile["defaultAddress"]
    changed["lastName"] = "Abercrombie"
    put = fabrikam.api("aa").put(at, profile, format="json").json()
    assert (put["lastName"], put["defaultAddress"]["lastName"]) == ("Abercrombie", "Abercrombie")
    assert put["firstName"] == profile["firstName"]
