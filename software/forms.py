"""The Select product field: three drop-downs that offer what exists (S25-S27)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.media import Choice

FIELDS = ("version", "language", "file_type")
NOTHING = ("", _("Select"))


class SelectProduct(forms.Form):
    """Each choice narrows the ones behind it to builds that exist; a single one is made already.

    ``chosen`` is the query of the address; ``submitted`` says that Submit was selected. A
    combination that does not exist is no valid choice.
    """

    version = forms.ChoiceField(label=_("Version"))
    language = forms.ChoiceField(label=_("Language"))
    file_type = forms.ChoiceField(label=_("File type/OS"))

    def __init__(
        self, builds: Sequence[Choice], chosen: Mapping[str, str], *, submitted: bool
    ) -> None:
        self._narrowed = _narrow(builds, chosen)
        data = {name: chosen.get(name, "") for name in FIELDS}
        super().__init__(data if submitted else None)
        for name, (values, preset) in self._narrowed.items():
            field: Any = self.fields[name]
            field.choices = [NOTHING, *((value, value) for value in values)]
            field.widget.attrs = {"data-testid": f"sw-select-{name.replace('_', '')}"}
            self.initial[name] = preset

    @property
    def choice(self) -> Choice:
        return Choice(**{name: self.cleaned_data[name] for name in FIELDS})


def _narrow(
    builds: Sequence[Choice], chosen: Mapping[str, str]
) -> dict[str, tuple[list[str], str]]:
    """For each drop-down what it offers and what is chosen in it."""
    narrowed = {}
    for name in FIELDS:
        values = list(dict.fromkeys(getattr(build, name) for build in builds))
        preset = chosen.get(name, "")
        if preset not in values:
            preset = values[0] if len(values) == 1 else ""
        if preset:
            builds = [build for build in builds if getattr(build, name) == preset]
        narrowed[name] = (values, preset)
    return narrowed
