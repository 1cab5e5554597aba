from celery import shared_task

from software import returns, services


@shared_task
def record_ended_links() -> None:
    services.record_all_ended_links()


@shared_task
def remind_of_returns() -> None:
    returns.remind_all()
