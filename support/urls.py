from django.urls import include, path

from support import desk_views, views

SUPPORT = [
    path("", views.request_list, name="list"),
    path("/new", views.report, name="report"),
    path("/<str:request_id>", views.detail, name="detail"),
    path("/<str:draft_id>/edit", views.edit, name="edit"),
    path("/<str:request_id>/notes", views.note, name="note"),
    path("/<str:request_id>/files", views.files, name="files"),
    path("/<str:request_id>/files/<uuid:attachment_id>", views.file, name="file"),
    path(
        "/<str:draft_id>/files/<uuid:attachment_id>/remove", views.remove_file, name="remove_file"
    ),
    path("/<str:request_id>/close", views.close, name="close"),
    path("/<str:request_id>/reopen", views.reopen, name="reopen"),
]
DESK = [
    path("", desk_views.queue, name="queue"),
    path("/<str:request_id>", desk_views.desk_request, name="request"),
    path("/<str:request_id>/answer", desk_views.answer, name="answer"),
    path("/<str:request_id>/ask", desk_views.ask, name="ask"),
    path("/<str:request_id>/approve", desk_views.approve, name="approve"),
    path("/<str:request_id>/refuse", desk_views.refuse, name="refuse"),
    path("/<str:request_id>/files/<uuid:attachment_id>", desk_views.desk_file, name="file"),
]
urlpatterns = [
    path("dashboard/support", include((SUPPORT, "support"))),
    path("desk", include((DESK, "desk"))),
]
