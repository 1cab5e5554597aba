from django.urls import include, path

from customers import views

CUSTOMERS = [
    path("", views.customer_list, name="list"),
    path("/new", views.add_customer, name="add"),
    path("/<uuid:customer_id>", views.detail, name="detail"),
    path("/<uuid:customer_id>/added", views.added, name="added"),
    path("/<uuid:customer_id>/account", views.account, name="account"),
]
urlpatterns = [
    path("dashboard", views.home, name="home"),
    path("dashboard/customers", include((CUSTOMERS, "customers"))),
]
