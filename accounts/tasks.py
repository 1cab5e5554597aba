"""Ids in, one call."""

from celery import shared_task

from accounts import services


@shared_task
def forget_ended_tokens() -> None:
    services.forget_ended_tokens()
