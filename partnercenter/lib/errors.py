"""What a verb raises when it refuses. Web pages show ``description``; the API adds the code."""

from collections.abc import Sequence
from http import HTTPStatus

from django.utils.functional import Promise

Text = str | Promise


class DomainError(Exception):
    """A refusal that the caller can act on.

    ``code`` is the documented Partner Center code, or a word of our own where none exists;
    ``field`` names the input that is at fault.
    """

    status: int = HTTPStatus.BAD_REQUEST
    default_code: int | str = 800002

    def __init__(
        self,
        description: Text,
        *,
        code: int | str | None = None,
        status: int | None = None,
        field: str | None = None,
        data: Sequence[str] = (),
    ) -> None:
        super().__init__(description)
        self.description = description
        self.code = self.default_code if code is None else code
        self.status = int(status or self.status)
        self.field = field
        self.data = list(data) or ([field] if field else [])

    def __str__(self) -> str:
        return str(self.description)


class Invalid(DomainError):
    """The input is wrong and can be corrected."""


class Forbidden(DomainError):
    """The actor lacks a role."""

    status = HTTPStatus.FORBIDDEN
    default_code = 900150


class NotFound(DomainError):
    """No such object for this partner: foreign and unknown look the same."""

    status = HTTPStatus.NOT_FOUND
    default_code = 1000


class Conflict(DomainError):
    """The object's state does not allow it now."""

    status = HTTPStatus.CONFLICT
    default_code = 800060


class Gone(DomainError):
    """The object was there and is dead for good."""

    status = HTTPStatus.GONE


class TooMany(DomainError):
    """Asked for too often; ``retry_after`` is in seconds."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, description: Text, *, retry_after: int) -> None:
        super().__init__(description)
        self.retry_after = retry_after
