from typing import cast

from django.urls import path
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.permissions import may
from accounts.rules import Capability, Role

CULTURES = {"zh-hans": "zh-CN"}


class Me(APIView):
    """``GET /v1/me``: who the token acts as, and what it may (design 5, S39)."""

    capability = Capability.SEE_OWN_PROFILE

    @extend_schema(operation_id="me_get")
    def get(self, request: Request) -> Response:
        actor = cast("Actor", request.user)
        partner, user = actor.partner, actor.user
        language = (user and user.locale) or get_language()
        return Response(
            {
                "user": {
                    "id": actor.pk,
                    "name": user.get_full_name() if user else actor.name,
                    "email": user.email if user else None,
                    "type": "user" if user else "application",
                },
                "partner": {
                    "id": str(partner.pk),
                    "name": partner.name,
                    "domain": partner.domain,
                    "country": partner.country,
                    "currencyCode": partner.currency,
                    "isCsp": partner.is_csp,
                    "isSandbox": partner.is_sandbox,
                },
                "roles": [role.value for role in Role if role in actor.roles],
                "capabilities": [one.value for one in Capability if may(actor, one)],
                "locale": CULTURES.get(language or "", "en-US"),
                "timeZone": user.time_zone if user else "UTC",
            }
        )


urlpatterns = [path("me", Me.as_view(), name="me")]
