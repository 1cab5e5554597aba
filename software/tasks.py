from celery import shared_task

from software import services


@shared_task
def record_ended_links() -> None:
    services.record_all_ended_links()
