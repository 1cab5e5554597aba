"""Collections: whole lists, and pages of a seek."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.core import signing
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.request import Request

from partnercenter.lib import paging
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.links import link, uri

TOKEN_HEADER = "MS-ContinuationToken"  # noqa: S105 - a header's name
MAX_SIZE = 500


def collection(
    items: Sequence[Any],
    self_uri: str,
    *,
    next_link: dict[str, Any] | None = None,
    previous_link: dict[str, Any] | None = None,
    token: str | None = None,
) -> dict[str, Any]:
    """The collection body. ``totalCount`` counts the items here: no list is counted whole."""
    return {
        "totalCount": len(items),
        "items": items,
        "links": {"self": link(self_uri), "next": next_link, "previous": previous_link},
        "continuationToken": token,
        "attributes": {"objectType": "Collection"},
    }


class Seek(NamedTuple):
    """What a client asks of a seek list; a continuation token brings size, filter and place."""

    size: int
    filter: str
    cursor: str
    # The list's own parameters, by name; those that were not sent are missing.
    given: dict[str, str] = {}


class SeekList(NamedTuple):
    """A list that is read page by page, at this address below ``/v1``."""

    path: str
    default_size: int = 100
    # Names of the list's own query parameters, such as a range of dates.
    parameters: tuple[str, ...] = ()

    def asked(self, request: Request) -> Seek:
        """Read ``size``, ``filter``, ``seekOperation`` and the token (header or query)."""
        query = request.query_params
        token = request.headers.get(TOKEN_HEADER) or query.get(TOKEN_HEADER, "")
        operation = fold(query.get("seekOperation", ""))
        if not token or operation == "first":
            folded = {fold(name): str(value) for name, value in query.items()}
            given = {n: folded[fold(n)] for n in self.parameters if folded.get(fold(n))}
            return Seek(self._size(query.get("size", "")), query.get("filter", ""), "", given)
        if operation not in {"", "next", "previous"}:
            raise Invalid(
                _("seekOperation must be Next, Previous or First."), field="seekOperation"
            )
        size, text, given, after, before = self._read(token)
        return Seek(size, text, before if operation == "previous" else after, given)

    def page(
        self, rows: QuerySet[Any] | paging.Listing, seek: Seek, order: Sequence[str]
    ) -> paging.Page:
        """The rows of the page that was asked for, in this order (``paging.page``)."""
        return paging.page(rows, order=order, size=seek.size, cursor=seek.cursor)

    def body(self, items: Sequence[Any], seek: Seek, page: paging.Page) -> dict[str, Any]:
        """The collection of these items, with links to the pages beside it."""
        asked = {"size": seek.size, "filter": seek.filter or None, **seek.given}
        token = self._token(seek, page) if page.next or page.previous else ""
        return collection(
            items,
            uri(self.path, **asked),
            next_link=self._link("Next", token, asked) if page.next else None,
            previous_link=self._link("Previous", token, asked) if page.previous else None,
            token=token if page.next else None,
        )

    def _link(self, operation: str, token: str, asked: dict[str, Any]) -> dict[str, Any]:
        address = uri(self.path, **asked, seekOperation=operation)
        return link(address, headers={TOKEN_HEADER: token})

    def _token(self, seek: Seek, page: paging.Page) -> str:
        state = [seek.size, seek.filter, seek.given, page.next, page.previous]
        return signing.dumps(state, salt=self.path, compress=True)

    def _read(self, token: str) -> tuple[int, str, dict[str, str], str, str]:
        try:
            size, text, given, after, before = signing.loads(token, salt=self.path)
        except (signing.BadSignature, ValueError) as error:
            raise Invalid(
                _("The continuation token is not one of this list. Start again without it."),
                field=TOKEN_HEADER,
            ) from error
        return size, text, given, after, before

    def _size(self, text: str) -> int:
        if text in {"", "0"}:
            return self.default_size
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_SIZE):
            raise Invalid(
                _("size must be a number from 1 to %(most)d.") % {"most": MAX_SIZE}, field="size"
            )
        return int(text)
