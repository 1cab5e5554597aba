"""What is recorded, under which names, and how long the API looks back."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

API_HISTORY = timedelta(days=90)
API_DEFAULT_WINDOW = timedelta(days=30)


class Status(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class Action(StrEnum):
    """Deeds of this product's sellers; other apps record theirs under the public names too."""

    GET_SOFTWARE_KEY = "get_software_key"
    GET_SOFTWARE_DOWNLOAD_LINK = "get_software_download_link"
    DOWNLOAD_SOFTWARE = "download_software"
    CREATE_ORDER = "create_order"
    UPDATE_ORDER = "update_order"
    MOVE_SANDBOX_CLOCK = "move_sandbox_clock"


# Public clients refuse a whole page for one name they do not know, so the API shows a download
# as what the public list calls it, and leaves out what has no public name.
API_OPERATIONS = {Action.DOWNLOAD_SOFTWARE: "get_software_download_link"}
NOT_IN_API = frozenset({Action.MOVE_SANDBOX_CLOCK})


def api_operation(action: str) -> str:
    """The public ``operationType`` of a recorded action."""
    return API_OPERATIONS.get(Action(action), action) if action in Action else action


def day_range(first: date, last: date) -> tuple[datetime, datetime]:
    """UTC instants ``[start, end)`` of a range whose both days are included (S41)."""
    start = datetime.combine(first, time.min, UTC)
    return start, datetime.combine(last, time.min, UTC) + timedelta(days=1)


def default_range(today: date) -> tuple[date, date]:
    """The last month, which the page shows unless asked otherwise (S40)."""
    return today - timedelta(days=30), today
