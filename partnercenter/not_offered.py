"""Documented operations that this product has no use for: 501 with the standard body."""

from http import HTTPStatus
from typing import Any, NoReturn

from django.urls import path, register_converter
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.rules import Capability
from partnercenter.lib.errors import DomainError

NOT_SUPPORTED = 900141
ID = "[^/]+"
SUBSCRIPTION = f"subscriptions/{ID}"
# Below ``/v1``, and what each is about; letter case does not count.
WHOLE = (
    "analytics/.+",  # licence deployment and usage, Azure usage, referrals, search
    "ratecards/.+",  # Azure rate cards
    "customers/usagerecords",
    "customers/relationshiprequests",  # invitations
    "offers(/.+)?",  # catalog of the platform before products
    "offercategories",
    "serviceincidents",
    "productupgrades(/.+)?",
    "productpromotions(/.+)?",
    "partnerrequests",  # multi-factor sign-in of the partner's own requests
    "applicationmfaadoptionstatus",
    "nonmfacompliantpartnerprincipals",
    "selfservepolicy(/.+)?",
    "engagements/.+",
)
OF_CUSTOMER = (
    "analytics/.+",
    "usagesummary",
    "usagebudget",
    "subscriptions/usagerecords",
    f"{SUBSCRIPTION}/(usagesummary|usagerecords/.+|utilizations/.+|meterusagerecords)",
    f"{SUBSCRIPTION}/(resourceusagerecords|azureentitlements/.+|overage)",
    "devicebatches(/.+)?",
    "devicepolicyupdates",
    "devices(/.+)?",
    "batchjobstatus/.+",
    "policies(/.+)?",  # configuration of devices
    "transfers(/.+)?",
    "promotioneligibilities",
    "migrations(/.+)?",
    "overage",
    f"users/{ID}/(licenses|licenseupdates)",
    "subscribedskus",
    "managedservices",
    "verifieddomain",
    "applicationconsents(/.+)?",
    "offers",
    "offercategories",
)


class NotOffered:
    """Path converter: what stands in the table, and nothing else."""

    regex = f"(?i:{'|'.join(WHOLE)}|customers/{ID}/(?:{'|'.join(OF_CUSTOMER)}))"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(NotOffered, "not_offered")


@extend_schema(exclude=True)
class Refuse(APIView):
    """Whoever holds a token is told so; the answer is the same for every method and object."""

    capability = Capability.SEE_OWN_PROFILE

    def _refuse(self, request: Request, what: str) -> NoReturn:
        del request
        raise DomainError(
            _("This installation does not offer %(what)s. It sells software and reservations.")
            % {"what": what},
            code=NOT_SUPPORTED,
            status=HTTPStatus.NOT_IMPLEMENTED,
        )

    def get(self, request: Request, **address: Any) -> Response:
        self._refuse(request, **address)

    post = put = patch = delete = get


urlpatterns = [path("<not_offered:what>", Refuse.as_view())]
