"""Directory roles of a customer, and who holds them (contract 14)."""

from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from customers import directory, services
from customers.api.scoped import Scoped
from customers.queries import find_user, members_of
from customers.user_bodies import MemberBody
from customers.user_wire import member_body, role_body
from partnercenter.lib.errors import NotFound
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire.collections import MAX_SIZE, SeekList, collection
from partnercenter.lib.wire.once import answer_once


class UserRoles(Scoped):
    """``/v1/customers/{customer_id}/users/{customer_user_id}/directoryroles``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user = ("GET",)

    @extend_schema(operation_id="users_roles", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str, customer_user_id: str) -> Response:  # noqa: ARG002
        """The roles that the user holds."""
        user = find_user(customer_user_id, customer=self.customer, by=self.by)
        held = {member.role_id for member in user.roles.all()}
        found = [role_body(role_id) for role_id in directory.ROLES if role_id in held]
        here = f"/customers/{self.customer.pk}/users/{user.pk}/directoryroles"
        return Response(collection(found, here))


class Roles(Scoped):
    """``/v1/customers/{customer_id}/directoryroles``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user = ("GET",)

    @extend_schema(operation_id="roles_list", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """The roles that every directory has."""
        found = [role_body(role_id) for role_id in directory.ROLES]
        return Response(collection(found, f"/customers/{self.customer.pk}/directoryroles"))


class Members(Scoped):
    """``/v1/customers/{customer_id}/directoryroles/{role_id}/usermembers``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user = ("GET", "POST")

    @extend_schema(
        operation_id="roles_members_list",
        parameters=[
            OpenApiParameter("size", int, description="1 to 500; 500 without it"),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str, role_id: str) -> Response:  # noqa: ARG002
        """Who holds the role, in the order in which it was given."""
        role = _role(role_id)
        here = f"/customers/{self.customer.pk}/directoryroles/{role}/usermembers"
        pages = SeekList(here, MAX_SIZE)
        seek = pages.asked(request)
        members = members_of(self.customer, role, by=self.by)
        page = pages.page(members, seek, ("id",))
        found = [member_body(member.user, role) for member in page.items]
        return Response(pages.body(found, seek, page))

    @extend_schema(
        operation_id="roles_members_add",
        request=MemberBody,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, customer_id: str, role_id: str) -> Response:  # noqa: ARG002
        """Give a user the role; who holds it keeps it."""
        role = _role(role_id)
        body = MemberBody(data=request.data)
        body.is_valid(raise_exception=True)

        def add() -> Answer:
            user = find_user(body.validated_data["id"], customer=self.customer, by=self.by)
            services.add_member(user, role, by=self.by)
            return Answer(201, member_body(user, role))

        return answer_once(request, add)


class OneMember(Scoped):
    """``…/directoryroles/{role_id}/usermembers/{customer_user_id}``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user = ("DELETE",)

    @extend_schema(operation_id="roles_members_remove", responses={204: None})
    def delete(
        self,
        request: Request,
        customer_id: str,  # noqa: ARG002
        role_id: str,
        customer_user_id: str,
    ) -> Response:
        """Take the role from the user."""
        role = _role(role_id)

        def remove() -> Answer:
            user = find_user(customer_user_id, customer=self.customer, by=self.by)
            services.remove_member(user, role, by=self.by)
            return Answer(204, None)

        return answer_once(request, remove)


def _role(role_id: str) -> UUID:
    """The role of the address; NotFound for what no directory has."""
    try:
        role = UUID(role_id)
    except ValueError:
        role = UUID(int=0)
    if role not in directory.ROLES:
        raise NotFound(_("There is no such role. The list of directory roles shows which are."))
    return role


USER = "customers/<customer_id>/users/<customer_user_id>/directoryroles"
PATH = "customers/<customer_id>/directoryroles"
urlpatterns = [
    path(USER, UserRoles.as_view()),
    path(PATH, Roles.as_view()),
    path(f"{PATH}/<role_id>/usermembers", Members.as_view()),
    path(f"{PATH}/<role_id>/usermembers/<customer_user_id>", OneMember.as_view()),
]
