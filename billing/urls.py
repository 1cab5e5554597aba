from django.urls import path

from billing import views

app_name = "billing"
urlpatterns = [
    path("dashboard/billing", views.overview, name="overview"),
    path("dashboard/billing/unbilled", views.unbilled, name="unbilled"),
    path("dashboard/billing/unbilled/export", views.unbilled_file, name="unbilled_file"),
    path("dashboard/billing/invoices/<str:number>", views.invoice, name="invoice"),
    path("dashboard/billing/invoices/<str:number>/pdf", views.invoice_file, name="invoice_file"),
    path(
        "dashboard/billing/invoices/<str:number>/reconciliation",
        views.reconciliation,
        name="reconciliation",
    ),
]
