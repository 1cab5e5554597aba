"""Workers and beat. A task is a nudge: what is due and what is done stands in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
app = Celery("partnercenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "partnercenter.lib",
        "accounts",
        "partnercenter.webhooks",
        "customers",
        "software",
        "activitylog",
        "billing",
    ]
)
app.conf.beat_schedule = {
    "relay-outbox": {"task": "partnercenter.lib.tasks.relay_outbox", "schedule": 2.0},
    "record-ended-links": {"task": "software.tasks.record_ended_links", "schedule": 30.0},
    "export-log-heads": {"task": "activitylog.tasks.export_heads", "schedule": 60.0},
    "remind-of-returns": {"task": "software.tasks.remind_of_returns", "schedule": 300.0},
    # Asks what is due: beats that were missed or came twice change nothing.
    "settle-due": {"task": "billing.tasks.settle_due", "schedule": 300.0},
    "forget-old-answers": {"task": "partnercenter.lib.tasks.forget_old_answers", "schedule": 600.0},
    "forget-deleted-users": {"task": "customers.tasks.forget_deleted_users", "schedule": 3600.0},
    # A round that finds nothing due is one statement; one that is late is not needed.
    "send-events": {
        "task": "partnercenter.webhooks.tasks.send_due",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "forget-events": {"task": "partnercenter.webhooks.tasks.forget_old", "schedule": 3600.0},
    "forget-ended-tokens": {"task": "accounts.tasks.forget_ended_tokens", "schedule": 600.0},
    "heartbeat": {"task": "partnercenter.lib.tasks.heartbeat", "schedule": 15.0},
}
