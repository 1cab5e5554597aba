"""What a partner enters about a customer, and how it is laid out."""

from typing import Any, cast

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from customers import services
from customers.models import Customer
from customers.rules import LIMITS, Profile, countries
from partnercenter.lib.errors import DomainError
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch

# The languages in which a customer can be addressed.
LANGUAGES = (
    "ar bg cs da de el en es et fi fr he hi hr hu id it ja ka kk ko lt lv ms nb nl pl pt ro ru sk "
    "sl sr sv th tr uk uz vi zh"
)
SEARCH_LENGTH = 200


class SearchForm(forms.Form):
    """One box for company name, domain and Microsoft ID."""

    q = forms.CharField(
        label=_("Search by company name, domain or Microsoft ID"),
        required=False,
        max_length=SEARCH_LENGTH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


def _text(label: Any, name: str, **options: Any) -> forms.CharField:
    autocomplete = options.pop("autocomplete", "off")
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LIMITS[name], widget=widget, **options)


class AccountForm(forms.Form):
    """Name, contact and address: what can be changed later too."""

    company_name = _text(
        _("Company name"), "company_name", help_text=_("The legal name, without abbreviations.")
    )
    address_line1 = _text(_("Address line 1"), "address_line1")
    address_line2 = _text(_("Address line 2"), "address_line2", required=False)
    city = _text(_("City"), "city")
    state = _text(
        _("State or province"),
        "state",
        required=False,
        help_text=_("Two letters in the United States and Canada, for example WA."),
    )
    postal_code = _text(_("Postal code"), "postal_code", required=False)
    first_name = _text(_("Contact's first name"), "first_name")
    last_name = _text(_("Contact's last name"), "last_name")
    email = forms.CharField(
        label=_("Contact's email address"),
        max_length=LIMITS["email"],
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    phone = _text(_("Contact's phone number"), "phone", required=False)
    organization_registration_number = _text(
        _("Organization registration number"),
        "organization_registration_number",
        required=False,
        help_text=_(
            "Only, and always, for Armenia, Azerbaijan, Belarus, Hungary, Kazakhstan, Kyrgyzstan,"
            " Moldova, Russia, Tajikistan, Ukraine and Uzbekistan, together with a phone number."
        ),
    )
    language = forms.ChoiceField(label=_("Language"))
    version = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, customer: Customer | None = None, **kwargs: Any) -> None:
        self.customer = customer
        if customer is not None:
            kwargs["initial"] = {name: getattr(customer, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        names = Locale.parse(get_language() or "en", sep="-").languages
        codes = {*LANGUAGES.split(), customer.language if customer else "en"}
        choices = sorted(((code, names.get(code, code)) for code in codes), key=lambda row: row[1])
        cast("forms.ChoiceField", self.fields["language"]).choices = choices
        self.fields["language"].initial = "en"

    def clean(self) -> dict[str, Any]:
        """All faults at once; the verb refuses by the same rules."""
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in services.problems_of(self.profile()):
                self.refuse(problem)
        return cleaned

    def profile(self) -> Profile:
        """The customer's profile as it would be with what was entered."""
        entered = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        kept = {name: getattr(self.customer, name) for name in services.FIXED if self.customer}
        values = {**kept, **entered}
        culture = f"{values['language']}-{values['country']}"
        if self.customer and self.customer.language == values["language"]:
            culture = self.customer.culture
        return Profile(**values, culture=culture)

    def if_match(self) -> IfMatch:
        """The version that was on the page."""
        version = self.cleaned_data["version"]
        return IfMatch((str(version),)) if version else ANY_VERSION

    def refuse(self, error: DomainError) -> None:
        """Show a refusal at the field it is about."""
        field = error.field if error.field in self.fields else None
        self.add_error(field, str(error.description))


class NewCustomerForm(AccountForm):
    """The wizard's first step: also what stays as it is entered here."""

    country = forms.ChoiceField(
        label=_("Country or region"),
        help_text=_("Decides what may be sold to the customer. It cannot be changed later."),
    )
    domain = forms.CharField(
        label=_("Primary domain name"),
        max_length=253,
        help_text=_("For example contoso.example. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ("company_name", "domain", "country")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        known = countries(get_language() or "en").items()
        cast("forms.ChoiceField", self.fields["country"]).choices = [("", ""), *known]

    def clean_domain(self) -> str:
        domain: str = self.cleaned_data["domain"].strip().lower()
        if services.is_domain_taken(domain, by=self.by):
            self.refuse(services.domain_taken(domain))
        return domain

    def reviewed(self) -> list[tuple[str, str]]:
        """Label and value of each field that was filled in, for the review step."""
        shown = []
        for bound in self:
            value = self.cleaned_data.get(bound.name)
            choices = dict(getattr(bound.field, "choices", ()))
            if value:
                shown.append((str(bound.label), str(choices.get(value, value))))
        return shown
