"""Requests made up from the document, at a running server, as three roles, in all phases.

Each answer must have a documented status, type and shape; none may be a 5xx.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import transaction

from tests.matrix.world import world
from tests.people import token_for

CASES = 5000
ROLES = ("aa", "ga", "ba")
# Address parameter -> name among the tenant's ids, where they differ.
NAMES = {"user_id": "customer_user_id", "prefix": "domain", "key": "event_key"}
PHASES = ("Examples", "Coverage", "Fuzzing", "Stateful")
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
def test_generated_requests_are_answered_as_documented(
    role, committed_db, live_server_url, tmp_path
):
    with time_machine.travel(_some_days_into_a_month()), transaction.atomic():
        tenant = world()["fabrikam"]
    token = token_for(tenant.org.app(role), user=tenant.org[role], iss=live_server_url)
    ids = tenant.ids | {name: tenant.ids[known] for name, known in NAMES.items()}
    _write_settings(tmp_path, ids)
    report = tmp_path / "report.json"

    ran = subprocess.run(
        [
            Path(sys.executable).with_name("st"),
            *("--no-color", "run", f"{live_server_url}/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {token}"),
            *("--checks", ",".join(CHECKS), "--warnings", "off"),
            *("--max-examples", "3", "--seed", "1", "--no-shrink"),
            *("--report-json-path", str(report)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-6000:]
    assert _cases(ran.stdout) >= CASES / len(ROLES)
    assert [phase for phase in PHASES if f"✅ {phase}" not in ran.stdout] == []
    told = json.loads(report.read_text())
    assert told


def _some_days_into_a_month() -> datetime:
    """The last time that a tenth was noon: what was charged three weeks before has its invoice."""
    now = datetime.now(UTC)
    return (now - timedelta(days=(now.day - 10) % 31 or 31)).replace(hour=12)


def _write_settings(folder: Path, ids: dict[str, object]) -> None:
    lines = [f'"path.{name}" = "{value}"' for name, value in ids.items() if name != "other"]
    text = "\n".join(
        ["[parameters]", *lines, "[phases.stateful.generation]", "max-examples = 100", ""]
    )
    (folder / "schemathesis.toml").write_text(text)


def _cases(text: str) -> int:
    """How many requests were generated, from the summary."""
    line = next(line for line in text.splitlines() if " generated" in line)
    return int(line.split()[0])
