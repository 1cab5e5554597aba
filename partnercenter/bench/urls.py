from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Partner
from partnercenter.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500"]


class OneRow(APIView):
    """A bare view with one look-up, through the whole stack: what **S** measures."""

    is_public = True
    authentication_classes = ()
    permission_classes = ()

    def get(self, _request: Request) -> Response:
        partner = Partner.objects.get(domain="fabrikam.example")
        return Response({"id": str(partner.pk), "name": partner.name})


urlpatterns = [path("bench/one-row", OneRow.as_view()), *urlpatterns]
