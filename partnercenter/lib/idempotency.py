"""``MS-RequestId`` as the idempotency key: one effect, and the same answer again."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict, DomainError
from partnercenter.lib.models import AnsweredRequest

# A repeat within this time gets the answer of the first.
KEPT = timedelta(hours=24)
BATCH = 5000


class Answer(NamedTuple):
    """An HTTP status and the JSON body that goes with it."""

    status: int
    body: Any


def once(
    *,
    partner_id: UUID,
    request_id: str | None,
    operation: str,
    body: Any,
    act: Callable[[], Answer],
) -> Answer:
    """Run ``act`` at most once per partner, request id and operation.

    A repeat gets the stored answer; the same id with another body is refused (409). A failure
    is not kept: the verb has rolled its deed back, and the corrected request may use the id; only
    the log row of a refused attempt stays. Concurrent repeats wait for the first one.
    """
    if not request_id:
        return act()
    answer = _first_or_known(partner_id, request_id, operation, body=body, act=act)
    if isinstance(answer, DomainError):
        raise answer
    return answer


def is_answered(*, partner_id: UUID, request_id: str | None, operation: str) -> bool:
    """Whether an answer to this request id and operation is kept."""
    return bool(request_id) and _known(partner_id, request_id, operation) is not None


def _known(partner_id: UUID, request_id: str | None, operation: str) -> AnsweredRequest | None:
    return AnsweredRequest.objects.filter(
        partner_id=partner_id, request_id=request_id, operation=operation
    ).first()


def forget_old_answers() -> int:
    """Delete what was answered more than 24 hours ago, of all partners; how many there were.

    Answers hold what is shown once, such as the password of a new customer's admin.
    """
    forgotten = 0
    with tenancy.everyone():
        old = AnsweredRequest.objects.filter(answered_at__lt=clock.now() - KEPT)
        # In batches: no transaction of minutes, however many there are.
        while ids := list(old.values_list("pk", flat=True)[:BATCH]):
            forgotten += AnsweredRequest.objects.filter(pk__in=ids).delete()[0]
    return forgotten


def _first_or_known(
    partner_id: UUID, request_id: str, operation: str, *, body: Any, act: Callable[[], Answer]
) -> Answer | DomainError:
    digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).digest()
    with transaction.atomic():
        _wait_for_turn(f"{partner_id}/{request_id}/{operation}")
        known = _known(partner_id, request_id, operation)
        if known is not None:
            if bytes(known.body_digest) != digest:
                raise Conflict(_("This MS-RequestId was used with another body. Send a new one."))
            return Answer(known.status, orjson.loads(known.body))
        try:
            answer = act()
        except DomainError as refusal:
            return refusal
        AnsweredRequest.objects.create(
            partner_id=partner_id,
            request_id=request_id,
            operation=operation,
            body_digest=digest,
            status=answer.status,
            body=orjson.dumps(answer.body).decode(),
            answered_at=clock.now(),
        )
        return answer


def _wait_for_turn(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
