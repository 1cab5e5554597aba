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
    UPDATE_SUBSCRIPTION = "update_subscription"
    MOVE_SANDBOX_CLOCK = "move_sandbox_clock"


# Public clients refuse a whole page for one name they do not know (the Java SDK's enums), so the
# API shows these alone; a download goes by the name that the public list has for it.
API_OPERATIONS = frozenset(
    [
        "add_application_credential",
        "add_customer",
        "convert_trial_subscription",
        "create_agreement",
        "create_customer_user",
        "create_mpn_association",
        "create_order",
        "create_partner_relationship",
        "create_partner_user",
        "create_referral",
        "delete_customer",
        "delete_customer_user",
        "get_software_download_link",
        "get_software_key",
        "ready_invoice",
        "register_application",
        "remove_application_credential",
        "remove_partner_customer_relationship",
        "remove_partner_user",
        "reset_customer_user_password",
        "restore_customer_user",
        "unregister_application",
        "update_customer_billing_profile",
        "update_customer_qualification",
        "update_customer_user",
        "update_customer_user_licenses",
        "update_customer_user_principal_name",
        "update_mpn_association",
        "update_order",
        "update_partner_user",
        "update_referral",
        "update_subscription",
        "update_transfer",
        "upgrade_subscription",
    ]
)
API_RESOURCES = frozenset(
    [
        "agreement",
        "application",
        "application_credential",
        "customer",
        "customer_user",
        "invoice",
        "license",
        "mpn_association",
        "order",
        "partner_relationship",
        "partner_user",
        "referral",
        "software_download_link",
        "software_key",
        "subscription",
        "third_party_add_on",
        "transfer",
    ]
)
SHOWN_AS = {Action.DOWNLOAD_SOFTWARE.value: "get_software_download_link"}
IN_API = API_OPERATIONS | SHOWN_AS.keys()


def api_operation(action: str) -> str:
    """The public ``operationType`` of a recorded action that is in ``IN_API``."""
    return SHOWN_AS.get(action, action)


def day_range(first: date, last: date) -> tuple[datetime, datetime]:
    """UTC instants ``[start, end)`` of a range whose both days are included (S41)."""
    return first_instant(first), after_day(last)


def first_instant(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def after_day(day: date) -> datetime:
    """First instant of the next day; the calendar's last day has no next one."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return first_instant(day + timedelta(days=1))


def default_range(today: date) -> tuple[date, date]:
    """The last month, which the page shows unless asked otherwise (S40)."""
    return today - timedelta(days=30), today


PRESETS: dict[str, timedelta | None] = {
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "month": timedelta(days=30),
    "quarter": timedelta(days=91),
    "all": None,
}


def preset_start(name: str, now: datetime) -> datetime | None:
    """Since when a preset shows; None for everything."""
    span = PRESETS[name]
    return None if span is None else now - span


# What a spreadsheet would take for a formula, full-width forms included.
FORMULA = tuple("=+-@\t\r\n\0＝＋－＠|%")


def cell(text: str) -> str:
    """A CSV cell that no spreadsheet runs: an apostrophe before what begins like a formula."""
    text = text.replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
