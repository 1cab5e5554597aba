"""Help: sell software subscriptions through CSP (S1)."""

from django.utils.translation import gettext_lazy as _

from partnercenter.pages.articles import (
    CHOOSE_CUSTOMER,
    OPEN_SOFTWARE,
    SIGN_IN,
    Article,
    Block,
    Section,
)
from partnercenter.pages.cancel_software import CANCEL

SELL_SOFTWARE = Article(
    title=_("Sell software subscriptions through CSP"),
    applies_to=[_("Cloud Solution Providers")],
    roles=[_("Admin agent"), _("Global admin")],
    sections=[
        Section(
            _("What you can sell"),
            [
                Block(
                    "text",
                    _(
                        "Azure reservations and Server subscriptions (Windows Server and SQL "
                        "Server subscriptions) give customers with steady, predictable workloads a "
                        "lower price than pay-as-you-go."
                    ),
                ),
                Block(
                    "text",
                    _(
                        "You acquire, provision and manage both for commercial customers, in "
                        "Partner Center and in the Azure portal, together with the Azure Hybrid "
                        "Benefit."
                    ),
                ),
                Block(
                    "text",
                    _(
                        "The Azure Hybrid Benefit gets more out of Windows Server licenses and "
                        "saves up to 40 percent on virtual machines. It applies to Datacenter and "
                        "Standard licenses covered by Software Assurance. Depending on the "
                        "edition, licenses are converted or re-used to run Windows Server virtual "
                        "machines in Azure at the lower base compute rate, such as the rate of "
                        "Linux virtual machines."
                    ),
                ),
            ],
        ),
        Section(
            _("Azure reservations unavailable markets"),
            [
                Block("important", _("Azure reservations are not available in these markets:")),
                Block("markets"),
            ],
        ),
        Section(
            _("Buy software subscriptions on behalf of customers"),
            [
                Block(
                    "steps",
                    items=[
                        SIGN_IN,
                        CHOOSE_CUSTOMER,
                        _(
                            "On the customer's page select **Add products**, and follow the "
                            "instructions on the screen to create the order and pay for it."
                        ),
                    ],
                ),
                Block(
                    "note",
                    _(
                        "Commercial prices exclude tax, except in Australia and Brazil, where the "
                        "price includes it."
                    ),
                ),
            ],
        ),
        Section(
            _("Activate and manage software subscriptions"),
            [
                Block(
                    "note",
                    _(
                        "Only an Admin agent may download software and get activation keys. "
                        "Downloading comes after the purchase."
                    ),
                ),
                Block(
                    "steps",
                    items=[
                        SIGN_IN,
                        CHOOSE_CUSTOMER,
                        OPEN_SOFTWARE,
                        _(
                            "Expand the product to download. Under **Select product** choose the "
                            "**Version**, **Language** and **File type/OS**."
                        ),
                        _("Select **Submit** to see the products that fit."),
                        _("Select **Get keys and downloads**."),
                        _(
                            "Select **Download** to download the file yourself, or **Copy link** "
                            "to send the link to the customer."
                        ),
                    ],
                ),
                Block(
                    "note",
                    _(
                        "The link expires after two weeks or 50 downloads, whichever comes first. "
                        "Come back and select **Get keys and downloads** again for another two "
                        "weeks or 50 downloads, as often as you need."
                    ),
                ),
            ],
        ),
        Section(
            _("View activity for software key access and software downloads"),
            [
                Block(
                    "text",
                    _(
                        "For an audit or for compliance you can list who accessed Server "
                        "subscription software keys or downloaded Server subscription software."
                    ),
                ),
                Block(
                    "note",
                    _(
                        "Only a Global admin, Account admin, Referral admin or Marketing content "
                        "admin can see this log."
                    ),
                ),
                Block(
                    "steps",
                    items=[
                        SIGN_IN,
                        _("Select the gear icon in the upper right corner."),
                        _("In the menu select **Activity log**."),
                        _(
                            "Enter the range of dates. The log shows the users who accessed keys "
                            "or downloaded software in it, both days included."
                        ),
                    ],
                ),
            ],
        ),
        *CANCEL,
    ],
)
