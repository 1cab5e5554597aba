"""The filters over the activity log."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from activitylog import rules
from activitylog.names import ACTIONS
from activitylog.queries import Asked

RANGE = "range"


def _day(testid: str) -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "data-testid": testid})


class LogFilter(forms.Form):
    """From, To and what else narrows the log; both days count (S40, S41).

    ``?range=`` names a preset and fills the dates in. Nothing asked means the last month.
    """

    start = forms.DateField(label=_("From"), required=False, widget=_day("log-from"))
    end = forms.DateField(label=_("To"), required=False, widget=_day("log-to"))
    customer = forms.CharField(
        label=_("Customer"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"data-testid": "log-customer"}),
    )
    user = forms.CharField(
        label=_("Partner user"),
        required=False,
        max_length=254,
        widget=forms.TextInput(attrs={"data-testid": "log-user"}),
    )
    action = forms.ChoiceField(
        label=_("Action"),
        required=False,
        choices=[("", _("All actions")), *ACTIONS.items()],
        widget=forms.Select(attrs={"data-testid": "log-action"}),
    )

    def __init__(self, query: QueryDict, *, now: datetime) -> None:
        self._now = now
        data = query.copy()
        preset = data.get(RANGE, "")
        self.preset = preset if preset in rules.PRESETS else ""
        if self.preset:
            since = rules.preset_start(self.preset, now)
            data["start"] = since.date().isoformat() if since else ""
            data["end"] = now.date().isoformat() if since else ""
        elif "start" not in data and "end" not in data:
            first, last = rules.default_range(now.date())
            data["start"], data["end"] = first.isoformat(), last.isoformat()
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        start, end = found.get("start"), found.get("end")
        if start and end and start > end:
            self.add_error("end", _("To is before From. Choose a later day."))
        return found

    def asked(self) -> Asked:
        """The filter as instants."""
        start: date | None = self.cleaned_data["start"]
        end: date | None = self.cleaned_data["end"]
        exact = rules.preset_start(self.preset, self._now) if self.preset else None
        return Asked(
            start=exact or (rules.first_instant(start) if start else None),
            end=rules.after_day(end) if end else None,
            customer=self.cleaned_data["customer"],
            user=self.cleaned_data["user"],
            action=self.cleaned_data["action"],
        )
