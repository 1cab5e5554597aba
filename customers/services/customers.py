"""Adding a customer, and changing its account."""

from dataclasses import fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import Partner
from accounts.permissions import require
from accounts.rules import Capability
from customers import rules
from customers.models import Customer, CustomerWord
from customers.queries import lock_customer
from customers.rules import Fault, Problem, Profile
from customers.services.resellers import find_reseller
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Conflict, Invalid
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch

# Code of the real service, and what to do.
REFUSALS: dict[Fault, tuple[int, str | Promise]] = {
    Fault.MISSING: (800002, gettext_lazy("Enter %(field)s.")),
    Fault.TOO_LONG: (800002, gettext_lazy("Shorten %(field)s to %(detail)s characters.")),
    Fault.FORM: (800002, gettext_lazy("Correct %(field)s: it is not of the expected form.")),
    Fault.UNKNOWN: (800002, gettext_lazy("Choose a known value for %(field)s. %(detail)s")),
    Fault.NUMBER_NOT_ALLOWED: (
        600002,
        gettext_lazy("Leave out the registration number: this country has none here."),
    ),
    Fault.NUMBER_MISSING: (600049, gettext_lazy("Enter the organization registration number.")),
    Fault.NUMBER_FORM: (
        600050,
        gettext_lazy("Correct the organization registration number: it must match %(detail)s."),
    ),
    Fault.PHONE_MISSING: (
        600051,
        gettext_lazy("Enter a phone number: this country requires one."),
    ),
}
FIELD_NAMES: dict[str, str | Promise] = {
    "company_name": gettext_lazy("the company name"),
    "domain": gettext_lazy("the domain name"),
    "country": gettext_lazy("the country or region"),
    "culture": gettext_lazy("the culture"),
    "language": gettext_lazy("the language"),
    "email": gettext_lazy("the email address"),
    "first_name": gettext_lazy("the first name"),
    "last_name": gettext_lazy("the last name"),
    "address_line1": gettext_lazy("the address"),
    "address_line2": gettext_lazy("the second address line"),
    "city": gettext_lazy("the city"),
    "state": gettext_lazy("the state or province"),
    "postal_code": gettext_lazy("the postal code"),
    "phone": gettext_lazy("the phone number"),
    "organization_registration_number": gettext_lazy("the registration number"),
    "segment": gettext_lazy("the segment"),
}
FIXED = ("domain", "country", "segment")


def add_customer(profile: Profile, *, by: Actor, reseller: str = "") -> Customer:
    """Add a company as the partner's customer, with a tenant GUID of its own (F-CUS-8).

    ``reseller``: tenant GUID of the indirect reseller who will serve the customer.

    Refuses by the field's rules and the country's (600002, 600049-600051), a domain the partner
    already has (409), an unknown reseller (800016), and more customers than a sandbox holds
    (800018).
    """
    if not by.is_system:
        require(by, Capability.ADD_CUSTOMER)
    profile = checked(profile)
    with transaction.atomic():
        at = clock.now(by.partner)
        if by.partner.is_sandbox:
            _keep_sandbox_limit(by.partner)
        values = {"reseller": find_reseller(reseller, by=by)} if reseller else {}
        customer = _create(by.partner, profile, created_at=at, **values)
        _write_words(customer)
        trail.record(
            action="add_customer",
            by=by,
            at=at,
            customer=customer,
            subject=customer.domain,
            resource_type="customer",
        )
    return customer


def update_customer(
    customer: Customer, profile: Profile, *, by: Actor, if_match: IfMatch = ANY_VERSION
) -> Customer:
    """Change a customer's name, contact and address; domain, country and segment stay.

    ``if_match`` names the version the change was made from: when another change came first, it is
    refused (2055).
    """
    if not by.is_system:
        require(by, Capability.EDIT_CUSTOMER)
    profile = checked(profile)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = lock_customer(customer, by=by)
        if_match.check(locked.version)
        changed = _changes(locked, profile)
        if changed:
            _apply(locked, changed)
            trail.record(
                action="update_customer_billing_profile",
                by=by,
                at=at,
                customer=locked,
                subject=locked.domain,
                resource_type="customer_billing_profile",
                details={"changed": ", ".join(sorted(changed))},
            )
    return locked


def checked(profile: Profile) -> Profile:
    """The profile as it is kept; raises Invalid for the first thing wrong with it."""
    profile = rules.normalized(profile)
    for problem in rules.problems(profile):
        raise refusal(problem)
    return profile


def problems_of(profile: Profile) -> list[Invalid]:
    """Everything wrong with a profile, for a form that shows it all at once."""
    return [refusal(problem) for problem in rules.problems(rules.normalized(profile))]


def refusal(problem: Problem) -> Invalid:
    """A problem in words: the field, and what to do."""
    code, text = REFUSALS[problem.fault]
    words = {"field": FIELD_NAMES[problem.field], "detail": problem.detail}
    return Invalid((str(text) % words).strip(), code=code, field=problem.field)


def is_domain_taken(domain: str, *, by: Actor) -> bool:
    """Whether the partner has a customer with this domain already."""
    return Customer.objects.visible_to(by).filter(domain=domain.strip().lower()).exists()


def domain_taken(domain: str) -> Conflict:
    return Conflict(
        _("You already have a customer with the domain %(domain)s. Enter another one.")
        % {"domain": domain},
        field="domain",
    )


def _keep_sandbox_limit(partner: Partner) -> None:
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    if partner.customers.filter(ended_at=None).count() >= rules.SANDBOX_LIMIT:
        raise Invalid(
            _("A sandbox holds at most %(most)d customers.") % {"most": rules.SANDBOX_LIMIT},
            code=800018,
        )


def _create(partner: Partner, profile: Profile, **values: Any) -> Customer:
    try:
        with transaction.atomic():
            return Customer.objects.create(partner=partner, **vars(profile), **values)
    except IntegrityError as error:
        if "customer_domain_unique" in str(error):
            raise domain_taken(profile.domain) from error
        raise


def _changes(customer: Customer, profile: Profile) -> dict[str, Any]:
    names = (field.name for field in fields(profile) if field.name not in FIXED)
    return {
        name: getattr(profile, name)
        for name in names
        if getattr(profile, name) != getattr(customer, name)
    }


def _apply(customer: Customer, changed: dict[str, Any]) -> None:
    for name, value in changed.items():
        setattr(customer, name, value)
    customer.version += 1
    customer.save(update_fields=[*changed, "version"])
    if "company_name" in changed:
        customer.refresh_from_db(fields=["name_key"])
        CustomerWord.objects.filter(partner_id=customer.partner_id, customer=customer).delete()
        _write_words(customer)


def _write_words(customer: Customer) -> None:
    head = str(customer.pk).partition("-")[0]
    CustomerWord.objects.bulk_create(
        CustomerWord(
            partner_id=customer.partner_id,
            customer=customer,
            word=word,
            name_key=customer.name_key,
        )
        for word in rules.words(f"{customer.company_name} {customer.domain} {head}")
    )
