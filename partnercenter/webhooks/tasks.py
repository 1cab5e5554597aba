from celery import shared_task

from partnercenter.webhooks import delivery


@shared_task
def send_due() -> None:
    delivery.deliver_due()


@shared_task
def forget_old() -> None:
    delivery.forget_old()
