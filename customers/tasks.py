from celery import shared_task

from customers import services


@shared_task
def forget_deleted_users() -> None:
    services.forget_deleted_users()
