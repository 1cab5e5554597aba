from celery import shared_task

from billing import settlement


@shared_task
def settle_due() -> None:
    settlement.settle_due()
