"""A customer's users: ``/v1/customers/{customer_id}/users`` (contract 14)."""

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from customers import services
from customers.api.scoped import Scoped
from customers.models import BY_DISPLAY_NAME, CustomerUser
from customers.queries import find_user, users_of
from customers.user_bodies import ChangedUserBody, UserBody
from customers.user_wire import Json, user_body
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import filters
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import MAX_SIZE, SeekList
from partnercenter.lib.wire.once import answer_once

SORTED = ("sortField", "sortDirection")
STATES = {"active": False, "inactive": True}
RISING = BY_DISPLAY_NAME
FALLING = tuple(f"-{name}" for name in BY_DISPLAY_NAME)


class Users(Scoped):
    """``/v1/customers/{customer_id}/users``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user = ("GET", "POST")

    @extend_schema(
        operation_id="users_list",
        parameters=[
            OpenApiParameter("size", int, description="1 to 500; 500 without it"),
            OpenApiParameter("filter", str, description="UserState equals Active or Inactive"),
            OpenApiParameter("sortField", str, enum=["DisplayName"]),
            OpenApiParameter("sortDirection", str, enum=["Ascending", "Descending"]),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """The users by display name, page by page; with the filter, those who were deleted."""
        pages = SeekList(f"/customers/{self.customer.pk}/users", MAX_SIZE, SORTED)
        seek = pages.asked(request)
        users = users_of(self.customer, by=self.by, deleted=_deleted(seek.filter))
        page = pages.page(users, seek, _order(seek.given))
        return Response(pages.body([user_body(user) for user in page.items], seek, page))

    @extend_schema(operation_id="users_create", request=UserBody, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Add a user; only this answer holds the password."""
        body = UserBody(data=request.data)
        body.is_valid(raise_exception=True)

        def add() -> Answer:
            given = body.password() or {}
            password = services.usable_password(given.get("password", ""))
            user = services.add_user(self.customer, body.values(), by=self.by)
            return Answer(200, user_body(user) | _password(password, given))

        return answer_once(request, add)


class OneUser(Scoped):
    """``/v1/customers/{customer_id}/users/{customer_user_id}``."""

    capability = Capability.MANAGE_CUSTOMER_USERS
    needs_user: tuple[str, ...] = ("GET", "PATCH", "DELETE")

    def find(self, customer_user_id: str, *, deleted: bool = False) -> CustomerUser:
        """The user of the address, else 404."""
        return find_user(customer_user_id, customer=self.customer, by=self.by, deleted=deleted)

    @extend_schema(operation_id="users_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str, customer_user_id: str) -> Response:  # noqa: ARG002
        """One user."""
        return Response(user_body(self.find(customer_user_id)))

    @extend_schema(
        operation_id="users_update", request=ChangedUserBody, responses=OpenApiTypes.OBJECT
    )
    def patch(self, request: Request, customer_id: str, customer_user_id: str) -> Response:  # noqa: ARG002
        """Change, restore (``state`` active), or give a new password (``passwordProfile``)."""
        body = ChangedUserBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.change(request, customer_user_id, body, body.password())

    def change(
        self, request: Request, customer_user_id: str, body: ChangedUserBody, given: Json | None
    ) -> Response:
        """The changed user, with the password where one was set."""

        def change() -> Answer:
            changed = services.change_user(
                self.find(customer_user_id, deleted=body.restores),
                body.values(),
                by=self.by,
                restores=body.restores,
                password=None if given is None else given.get("password", ""),
            )
            told = {} if given is None else _password(changed.password, given)
            return Answer(200, user_body(changed.user) | told)

        return answer_once(request, change)

    @extend_schema(operation_id="users_delete", responses={204: None})
    def delete(self, request: Request, customer_id: str, customer_user_id: str) -> Response:  # noqa: ARG002
        """Delete a user; for 30 days it can be restored."""

        def delete() -> Answer:
            services.delete_user(self.find(customer_user_id), by=self.by)
            return Answer(204, None)

        return answer_once(request, delete)


class ResetPassword(OneUser):
    """``…/users/{customer_user_id}/resetpassword``, as the Node client calls it."""

    http_method_names = ["patch", "options"]
    needs_user = ("PATCH",)

    @extend_schema(
        operation_id="users_reset_password", request=ChangedUserBody, responses=OpenApiTypes.OBJECT
    )
    def patch(self, request: Request, customer_id: str, customer_user_id: str) -> Response:  # noqa: ARG002
        """A new password, given or made."""
        body = ChangedUserBody(data=request.data)
        body.is_valid(raise_exception=True)
        return self.change(request, customer_user_id, body, body.password() or {})


def _password(password: str, given: Json) -> Json:
    """What is told once."""
    change = given.get("force_change_password", True)
    return {"passwordProfile": {"forceChangePassword": change, "password": password}}


def _deleted(text: str) -> bool:
    """Whether the filter asks for deleted users; a self link of the docs says ``UserStatus``."""
    wanted = filters.parse(text)
    if wanted is None:
        return False
    is_known = wanted.field in {"userstate", "userstatus"} and wanted.operator == "equals"
    if not is_known or fold(wanted.value) not in STATES:
        raise filters.unsupported(_("UserState with the operator equals: Active, Inactive"))
    return STATES[fold(wanted.value)]


def _order(given: dict[str, str]) -> tuple[str, ...]:
    if fold(given.get("sortField", "displayName")) != "displayname":
        raise Invalid(_("sortField must be DisplayName."), field="sortField")
    orders = {"": RISING, "ascending": RISING, "descending": FALLING}
    direction = fold(given.get("sortDirection", ""))
    if direction not in orders:
        raise Invalid(_("sortDirection must be Ascending or Descending."), field="sortDirection")
    return orders[direction]


PATH = "customers/<customer_id>/users"
urlpatterns = [
    path(PATH, Users.as_view()),
    path(f"{PATH}/<customer_user_id>", OneUser.as_view()),
    path(f"{PATH}/<customer_user_id>/resetpassword", ResetPassword.as_view()),
]
