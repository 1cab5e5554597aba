"""Dated rows for tests: what holds so far ends where the new one begins."""

from catalog.models import (
    CancellationPolicy,
    DownloadLinkPolicy,
    MarketAvailability,
    TaxTreatment,
)
from catalog.models.places import holds

KEYS = {
    CancellationPolicy: ("name",),
    DownloadLinkPolicy: (),
    MarketAvailability: ("kind", "market_id"),
    TaxTreatment: ("market_id",),
}


def takes_over(model, *, valid_from, **values):
    """A row of the model that holds from the instant on."""
    key = {name: values[name] for name in KEYS[model]}
    model.objects.filter(holds(valid_from), **key).update(valid_to=valid_from)
    return model.objects.create(valid_from=valid_from, **values)
