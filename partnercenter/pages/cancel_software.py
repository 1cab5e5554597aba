"""Help: the sections on cancelling a purchase, and on asking support for it."""

from django.utils.translation import gettext_lazy as _

from partnercenter.pages.articles import (
    CHOOSE_CUSTOMER,
    OPEN_SOFTWARE,
    SIGN_IN,
    Block,
    Section,
)

CANCEL = [
    Section(
        _("Cancel a purchase"),
        [
            Block(
                "text",
                _(
                    "A software purchase can be cancelled within 60 days of the purchase date, "
                    "without an early termination fee. After 60 days it can no longer be cancelled."
                ),
            ),
            Block(
                "note",
                _(
                    "This holds for software that qualifies for a cancellation window. It does not "
                    "hold for Windows 7 Extended Security Updates 2020, for which you submit a "
                    "customer support request, nor for a SUSE Linux or RedHat software plan in "
                    "Azure, which can be neither cancelled nor exchanged at this time. "
                    "[Learn more](https://docs.microsoft.com/azure/virtual-machines/linux/"
                    "prepay-suse-software-charges) about SUSE and RedHat plans."
                ),
            ),
            Block(
                "note",
                _(
                    "Only an Admin agent may cancel a purchase. The "
                    "[Partner Center API](https://docs.microsoft.com/partner-center/develop/"
                    "cancel-an-order-from-the-integration-sandbox) can do it too."
                ),
            ),
            Block(
                "steps",
                items=[
                    _(
                        "Have ready: the customer's name, tenant GUID or domain name; the name of "
                        "the product; the Order ID."
                    ),
                    SIGN_IN,
                    CHOOSE_CUSTOMER,
                    OPEN_SOFTWARE,
                    _("Locate the purchase and select **Cancel**. A dialog box appears."),
                    _(
                        "From the **Order number** list select the order ID, then select "
                        "**Submit**."
                    ),
                    _(
                        "Repeat the last three steps for each order. The customer's **Order "
                        "history** page tells more about an order."
                    ),
                    _(
                        "Below the list you see how many days remain for this order, that its "
                        "window has passed, or a link to a **customer support request** where "
                        "more information is needed."
                    ),
                ],
            ),
            Block(
                "important",
                _(
                    "After cancelling, a message confirms it. It may take up to 15 minutes before "
                    "the cancellation appears on the dashboard."
                ),
            ),
            Block("text", _("After you cancel a purchase:")),
            Block(
                "list",
                items=[
                    _(
                        "All its software keys and download links are revoked: neither you nor "
                        "your customer can use them. You are both responsible for stopping the use "
                        "of the software, and you for uninstalling it and removing its downloads "
                        "and links."
                    ),
                    _(
                        "The item still appears on the customer's Software page, without its "
                        "activation key."
                    ),
                    _(
                        "A credit appears on your next monthly invoice: 100% for perpetual "
                        "software, prorated for software subscriptions."
                    ),
                ],
            ),
        ],
    ),
    Section(
        _("Submit a customer support request to cancel a purchase"),
        [
            Block(
                "steps",
                items=[
                    _(
                        "Select the **customer support request** link in the Cancel purchase "
                        "window. The page **Report a problem with Partner Center** opens."
                    ),
                    _(
                        "Under Details, in the **Type of problem** list, select **CSP "
                        "Purchase/Refund on behalf of customers**."
                    ),
                    _("Fill in **Impact** and **Title**."),
                    _(
                        "In **Description** give the customer tenant GUID or domain name, the "
                        "Order ID or Subscription ID, the refund reason and the amount requested."
                    ),
                    _("In **Contact** enter your name, email address and phone number."),
                    _("If you need to attach a file, select **Add files**."),
                    _("Select **Submit**."),
                ],
            ),
        ],
    ),
]
