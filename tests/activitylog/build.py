"""Rows of the log to test with."""

from activitylog import services
from activitylog.rules import Action
from tests.software.build import actor, customer, partner, user

__all__ = ["actor", "customer", "many", "partner", "record", "user"]


def record(by, at, of=None, action=Action.GET_SOFTWARE_KEY, **values):
    values = {"subject": "SQL Server", "details": {"orderId": "O1"}} | values
    return services.record(action=action, by=by, at=at, customer=of, **values)


def many(count, by, at, step, of=None):
    """``count`` rows, one every ``step``, from ``at`` on."""
    for number in range(count):
        record(by, at + step * number, of, details={"orderId": f"O{number}"})
