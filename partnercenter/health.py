"""Alive, ready, and what a monitor wants to know."""

from datetime import datetime

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from accounts.permissions import public
from partnercenter.lib import clock
from partnercenter.lib.tasks import HEARTBEAT


@public
def live(_request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@public
def ready(_request: HttpRequest) -> HttpResponse:
    """503 until the database answers and is migrated; broker and beat are only reported."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
        database = "migrations missing" if unapplied else "ok"
    except DatabaseError:
        database = "unreachable"
    beat = cache.get(HEARTBEAT)
    report = {
        "database": database,
        "beat": "silent"
        if beat is None
        else f"{(clock.now() - datetime.fromisoformat(beat)).total_seconds():.0f} s ago",
    }
    return JsonResponse(report, status=200 if database == "ok" else 503)


@public
def metrics(_request: HttpRequest) -> HttpResponse:
    """Counters of this process, in Prometheus' text form."""
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
