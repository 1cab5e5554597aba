"""The form "Report a problem with Partner Center" (P25), and the small ones of a thread."""

from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.actors import Actor
from partnercenter.lib import money, uploads
from partnercenter.lib.errors import DomainError
from support import labels, rules, sniff
from support.models import ServiceRequest
from support.services import Content, Upload, composed, problems_of, taken, too_large

NOTHING = ("", _("Select"))
# The names that the verbs use, where the form spells them otherwise.
FIELD_OF = {"last_name": "name", "first_name": "name", "files": "attachments"}
FILES_HELP = _(
    "Optional. At most 10 files of 20 MB each: png, jpg, pdf, txt, log, csv, xlsx, docx, zip."
)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; ``clean`` gives those that may be taken."""

    def __init__(self) -> None:
        accept = ",".join(f".{kind}" for kind in sniff.ALLOWED)
        super().__init__(
            label=_("Add files"),
            required=False,
            help_text=FILES_HELP,
            widget=FilesInput(attrs={"accept": accept, "data-testid": "sr-files"}),
        )

    def clean(self, data: Any, initial: Any = None) -> Any:
        del initial
        files = data if isinstance(data, list | tuple) else [data]
        return [file for file in files if file]


class FilesForm(forms.Form):
    """Files to add; a file that may not be added gives the answer its status, 413 or 415."""

    attachments = FilesField()
    status = 400

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        self.skipped = uploads.skipped(request)
        super().__init__(*args, **kwargs)

    def clean_attachments(self) -> list[Upload]:
        found: list[Upload] = []
        files: list[UploadedFile[Any]] = self.cleaned_data["attachments"]
        for name in self.skipped:
            self.refuse(too_large(sniff.clean_name(name)))
        if len(files) > rules.MOST_FILES:
            raise forms.ValidationError(
                _("A request holds at most %(most)d files."), params={"most": rules.MOST_FILES}
            )
        for file in files:
            try:
                found.append(taken(file))
            except DomainError as refusal:
                self.refuse(refusal)
        return found

    def refuse(self, error: DomainError) -> None:
        """Show a refusal at the field it is about, and answer with its status."""
        name = FIELD_OF.get(error.field or "", error.field)
        self.add_error(name if name in self.fields else None, str(error.description))
        self.status = max(self.status, error.status)


def _line(label: Any, most: int, **options: Any) -> forms.CharField:
    attrs = {"autocomplete": options.pop("autocomplete", "off"), **options.pop("attrs", {})}
    return forms.CharField(
        label=label, max_length=most, required=False, widget=forms.TextInput(attrs=attrs), **options
    )


class RequestForm(FilesForm):
    """P25. Nothing is required by the form itself: a draft may lack anything, Submit asks the verb.

    ``is_complete`` says that Submit was chosen.
    """

    topic = forms.ChoiceField(
        label=_("Type of problem"),
        required=False,
        choices=[NOTHING, *labels.TOPICS.items()],
        widget=forms.Select(attrs={"data-testid": "sr-type"}),
    )
    impact = forms.ChoiceField(
        label=_("Impact"),
        required=False,
        choices=[NOTHING, *labels.IMPACT_CHOICES.items()],
        widget=forms.Select(attrs={"data-testid": "sr-impact"}),
    )
    title = _line(_("Title"), rules.TITLE_LENGTH)
    customer = _line(labels.FACTS["customer"], 253)
    order = _line(labels.FACTS["order"], rules.ID_LENGTH)
    reason = forms.CharField(
        label=labels.FACTS["reason"],
        max_length=rules.REASON_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    amount = forms.DecimalField(
        label=labels.FACTS["amount"],
        required=False,
        min_value=Decimal("0.001"),
        max_digits=14,
        decimal_places=3,
        localize=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    currency = _line(_("Currency"), 3, help_text=_("Three letters, for example USD."))
    description = forms.CharField(
        label=_("Description"),
        max_length=rules.TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Left empty, it is written from the four fields above when you submit."),
    )
    name = _line(pgettext_lazy("person", "Name"), 100, autocomplete="name")
    email = _line(_("Email address"), 254, autocomplete="email", attrs={"type": "email"})
    phone = _line(_("Phone number"), 30, autocomplete="tel", attrs={"type": "tel"})

    def __init__(self, *args: Any, by: Actor, is_complete: bool = False, **kwargs: Any) -> None:
        self.by, self.is_complete = by, is_complete
        super().__init__(*args, **kwargs)
        # Said by the page and to screen readers; a draft may lack them.
        for name in ("topic", "impact", "title", "name", "email", "phone"):
            self.fields[name].widget.attrs["aria-required"] = "true"

    def clean_currency(self) -> str:
        currency: str = self.cleaned_data["currency"].strip().upper()
        if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):  # noqa: PLR2004 - ISO 4217
            raise forms.ValidationError(_("Enter three letters, for example USD."))
        return currency

    def clean(self) -> dict[str, Any]:
        """Refuse an amount that the currency does not have; on Submit, all that is absent."""
        cleaned = super().clean() or {}
        amount, currency = cleaned.get("amount"), cleaned.get("currency")
        if amount and currency and money.cut(amount, currency) != amount:
            self.add_error("amount", _("The currency does not have so many decimal places."))
        if self.is_complete and self._is_whole():
            content = self.content()
            if not content.description.strip():
                content = content._replace(description=composed(content))
            for problem in problems_of(content, by=self.by):
                self.refuse(problem)
        return cleaned

    def content(self) -> Content:
        """What was entered, as the verbs take it."""
        data = {name: value for name, value in self.cleaned_data.items() if name in Content._fields}
        first, last = self._names()
        currency = data["currency"] or (self.by.partner.currency if data["amount"] else "")
        return Content(**{**data, "currency": currency}, first_name=first, last_name=last)

    def show_composed(self) -> None:
        """Write the description from the four fields, to be read and changed (S78)."""
        data = cast("QueryDict", self.data).copy()
        data["description"] = composed(self.content())
        self.data = data

    def _is_whole(self) -> bool:
        """Whether the verb can judge: each field could be read."""
        return not (set(self.errors) - {"attachments", "__all__"})

    def _names(self) -> tuple[str, str]:
        """First and last name; the user's own name is split as his profile splits it."""
        entered, user = self.cleaned_data["name"], self.by.user
        if user and entered == user.get_full_name():
            return user.first_name, user.last_name
        first, last = rules.split_name(entered)
        return first[:50], last[:50]


def contact_of(by: Actor) -> dict[str, str]:
    """Name, e-mail and phone from the profile (S79)."""
    user = by.user
    if user is None:
        return {}
    return {"name": user.get_full_name(), "email": user.email, "phone": user.phone}


def entered_in(draft: ServiceRequest) -> dict[str, Any]:
    """A draft as the form shows it."""
    amount = draft.fact_amount
    values = {
        name: getattr(draft, name)
        for name in ("topic", "impact", "title", "description", "email", "phone")
    }
    return values | {
        "customer": draft.fact_customer,
        "order": draft.fact_order,
        "reason": draft.fact_reason,
        "amount": amount and money.cut(amount, draft.fact_currency),
        "currency": draft.fact_currency,
        "name": f"{draft.first_name} {draft.last_name}".strip(),
    }


class TextForm(forms.Form):
    """One message."""

    text = forms.CharField(
        label=_("Add note"),
        max_length=rules.TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "data-testid": "sr-note"}),
    )

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class FilterForm(forms.Form):
    """Requests in one state."""

    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args: Any, everything: Any, drafts: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = [
            (status, name)
            for status, (_tone, name) in labels.STATUS.items()
            if drafts or status != rules.Status.NONE
        ]
        cast("forms.ChoiceField", self.fields["status"]).choices = [("", everything), *shown]
