from celery import shared_task

from activitylog import chain


@shared_task
def export_heads() -> None:
    chain.export_heads()
