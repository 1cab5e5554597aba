import zoneinfo
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.permissions import ROLE_NAMES
from accounts.rules import Role

ALL_ROLES = [(role.value, ROLE_NAMES[role]) for role in Role]


class UserFilter(forms.Form):
    """Search over the users; every field may be empty."""

    q = forms.CharField(
        label=_("Search users"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *ALL_ROLES]
    )


class RolesForm(forms.Form):
    """The roles that the actor may give and take; the user's other roles stay as they are."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, manageable: frozenset[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (role.value, ROLE_NAMES[role]) for role in Role if role in manageable
        ]


class UserForm(RolesForm):
    """A new user."""

    first_name = forms.CharField(label=_("First name"), max_length=50)
    last_name = forms.CharField(label=_("Last name"), max_length=50)
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("The user signs in with it. It must be unique."),
    )
    phone = forms.CharField(label=_("Phone number"), max_length=30, required=False)
    field_order = ["first_name", "last_name", "email", "phone", "roles"]


class AppSettingsForm(forms.Form):
    """What of an application can be changed."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        choices=ALL_ROLES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What the application may do when it acts without a user."),
    )
    redirect_uris = forms.CharField(
        label=_("Redirect URIs"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "One a line, exactly as the application sends them. Needed where users sign in to it."
        ),
    )

    reuses_refresh_tokens = forms.BooleanField(
        label=_("Refresh tokens can be used again"),
        required=False,
        help_text=_(
            "For programs that do not store the new one each time. Theft is then not noticed."
        ),
    )

    def clean_redirect_uris(self) -> list[str]:
        """One address a line."""
        return str(self.cleaned_data["redirect_uris"]).split()


class SecretForm(forms.Form):
    """How long a secret lives."""

    expires_on = forms.DateField(
        label=_("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The last day, in UTC. Leave it empty for no end."),
    )

    def expires_at(self) -> datetime | None:
        """The instant after the chosen last day."""
        day = self.cleaned_data["expires_on"]
        return datetime.combine(day, time.max, UTC) if day else None


class AppForm(AppSettingsForm, SecretForm):
    """A new application registration."""

    name = forms.CharField(label=_("Name"), max_length=100)
    field_order = ["name", "roles", "redirect_uris", "reuses_refresh_tokens", "expires_on"]


class PreferencesForm(forms.Form):
    locale = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("Same as the browser")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]  # type: ignore[attr-defined]
