"""The chain of the log: its heads carried out of the database, and its verification."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from os import SEEK_END
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper

from activitylog.models import ChainHead
from partnercenter.lib import clock, tenancy

# Rows whose number, link or digest does not follow from the row before; one pass per strand.
BROKEN_ROWS = """
SELECT partner_id, number FROM (
  SELECT r.partner_id, r.number, r.digest, r.previous, activity_digest(r) AS computed,
         lag(r.digest, 1, ''::bytea) OVER chain AS expected_previous,
         lag(r.number, 1, r.number % 16) OVER chain + 16 AS expected_number
  FROM activitylog_activityrecord r
  WINDOW chain AS (PARTITION BY r.partner_id, r.number % 16 ORDER BY r.number)
) walked
WHERE digest IS DISTINCT FROM computed OR previous IS DISTINCT FROM expected_previous
   OR number <> expected_number
ORDER BY partner_id, number LIMIT 20
"""
LOST_HEADS = """
SELECT coalesce(h.partner_id, r.partner_id), coalesce(r.number, 0)
FROM activitylog_chainhead h
FULL JOIN (SELECT DISTINCT ON (partner_id, number % 16)
             partner_id, number % 16 AS strand, number, digest
           FROM activitylog_activityrecord ORDER BY partner_id, number % 16, number DESC) r
  USING (partner_id, strand)
WHERE h.number IS DISTINCT FROM r.number OR h.digest IS DISTINCT FROM r.digest
ORDER BY 1, 2
"""
LOST_EXPORTS = """
SELECT e.partner, e.number
FROM unnest(%s::uuid[], %s::bigint[], %s::text[]) e (partner, number, digest)
LEFT JOIN activitylog_activityrecord r ON r.partner_id = e.partner AND r.number = e.number
WHERE r.digest IS DISTINCT FROM decode(e.digest, 'hex') ORDER BY 1, 2
"""
TAIL = 256 * 1024


class Fault(NamedTuple):
    """The first thing that is wrong with a partner's log."""

    partner_id: UUID
    number: int
    what: str


def heads_file() -> Path:
    """Where heads are appended, outside the database; ship it to storage nobody can rewrite."""
    return Path(settings.STATE_DIR) / "activity-log-heads.jsonl"


def export_heads() -> int:
    """Append every head that has moved since the last export, each line signed.

    Only the file's end is read for what is known: a head that moved long ago may stand twice.
    """
    known = {(str(head["partner"]), head["number"]) for head in _exported(TAIL)}
    with tenancy.everyone():
        heads = [h for h in ChainHead.objects.all() if (str(h.partner_id), h.number) not in known]
    path = heads_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for head in heads:
            line = {
                "partner": str(head.partner_id),
                "number": head.number,
                "digest": bytes(head.digest).hex(),
                "at": clock.now().isoformat(),
            }
            file.write(json.dumps(line | {"signature": _sign(line, settings.SECRET_KEY)}) + "\n")
    return len(heads)


def verify() -> list[Fault]:
    """Every fault found: in the rows, between rows and heads, against the exported heads."""
    with tenancy.everyone(), connection.cursor() as cursor:
        cursor.execute(BROKEN_ROWS)
        faults = [Fault(p, n, "row does not follow its chain") for p, n in cursor.fetchall()]
        cursor.execute(LOST_HEADS)
        faults += [Fault(p, n, "last row and head differ") for p, n in cursor.fetchall()]
        faults += _against_exported(cursor)
    return faults


def _against_exported(cursor: CursorWrapper) -> Iterator[Fault]:
    genuine = []
    for line in _exported():
        partner, number = UUID(str(line["partner"])), int(str(line["number"]))
        if _is_signed(line):
            genuine.append((str(partner), number, str(line["digest"])))
        else:
            yield Fault(partner, number, "exported head has a wrong signature")
    cursor.execute(LOST_EXPORTS, [[head[i] for head in genuine] for i in range(3)])
    for partner, number in cursor.fetchall():
        yield Fault(partner, number, "row differs from the exported head")


def _exported(last_bytes: int | None = None) -> list[dict[str, object]]:
    path = heads_file()
    if not path.exists():
        return []
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        skipped = max(0, size - last_bytes) if last_bytes else 0
        file.seek(skipped)
        lines = file.read().decode().splitlines()
    # What does not begin at a line's beginning is no whole line.
    return [json.loads(line) for line in lines[1 if skipped else 0 :] if line]


def _is_signed(line: dict[str, object]) -> bool:
    """Whether we signed it, with the present secret or one before it."""
    unsigned = {name: value for name, value in line.items() if name != "signature"}
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    given = str(line.get("signature"))
    return any(hmac.compare_digest(_sign(unsigned, secret), given) for secret in secrets)


def _sign(line: dict[str, object], secret: str) -> str:
    key = hashlib.sha256(b"activity log heads" + secret.encode()).digest()
    return hmac.new(key, json.dumps(line, sort_keys=True).encode(), "sha256").hexdigest()
