"""The chain of the log: its heads carried out of the database, and its verification."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from activitylog.models import ChainHead
from partnercenter.lib import clock, tenancy

# Rows whose number, link or digest does not follow from the row before; one pass per partner.
BROKEN_ROWS = """
SELECT partner_id, number FROM (
  SELECT r.partner_id, r.number, r.digest, r.previous, activity_digest(r) AS computed,
         lag(r.digest, 1, ''::bytea) OVER chain AS expected_previous,
         lag(r.number, 1, 0::bigint) OVER chain + 1 AS expected_number
  FROM activitylog_activityrecord r
  WINDOW chain AS (PARTITION BY r.partner_id ORDER BY r.number)
) walked
WHERE digest IS DISTINCT FROM computed OR previous IS DISTINCT FROM expected_previous
   OR number <> expected_number
ORDER BY partner_id, number LIMIT 20
"""
LOST_HEADS = """
SELECT coalesce(h.partner_id, r.partner_id), coalesce(r.number, 0)
FROM activitylog_chainhead h
FULL JOIN (SELECT DISTINCT ON (partner_id) partner_id, number, digest
           FROM activitylog_activityrecord ORDER BY partner_id, number DESC) r
  USING (partner_id)
WHERE h.number IS DISTINCT FROM r.number OR h.digest IS DISTINCT FROM r.digest
"""


class Fault(NamedTuple):
    """The first thing that is wrong with a partner's log."""

    partner_id: UUID
    number: int
    what: str


def heads_file() -> Path:
    """Where heads are appended, outside the database; ship it to storage nobody can rewrite."""
    return Path(settings.STATE_DIR) / "activity-log-heads.jsonl"


def export_heads() -> int:
    """Append every head that has moved since the last export, each line signed."""
    known = {str(head["partner"]): head["number"] for head in _exported()}
    with tenancy.everyone():
        heads = [h for h in ChainHead.objects.all() if known.get(str(h.partner_id)) != h.number]
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
            file.write(json.dumps(line | {"signature": _sign(line)}) + "\n")
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


def _against_exported(cursor: object) -> Iterator[Fault]:
    for line in _exported():
        partner, number = UUID(str(line["partner"])), int(str(line["number"]))
        unsigned = {k: v for k, v in line.items() if k != "signature"}
        if not hmac.compare_digest(_sign(unsigned), str(line["signature"])):
            yield Fault(partner, number, "exported head has a wrong signature")
            continue
        cursor.execute(  # type: ignore[attr-defined]
            "SELECT digest FROM activitylog_activityrecord WHERE partner_id = %s AND number = %s",
            [partner, number],
        )
        row = cursor.fetchone()  # type: ignore[attr-defined]
        if row is None or bytes(row[0]).hex() != line["digest"]:
            yield Fault(partner, number, "row differs from the exported head")


def _exported() -> list[dict[str, object]]:
    path = heads_file()
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


def _sign(line: dict[str, object]) -> str:
    key = hashlib.sha256(b"activity log heads" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, json.dumps(line, sort_keys=True).encode(), "sha256").hexdigest()
