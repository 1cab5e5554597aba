from django.urls import include, path

from orders import cancel_views, views

ORDERS = [
    path("/add-products", views.add_products, name="add_products"),
    path("/cart", views.cart, name="cart"),
    path("/cart/restore", views.cart_restore, name="cart_restore"),
    path("/cart/buy", views.buy, name="buy"),
    path("/orders", views.history, name="history"),
    path("/orders/<str:order_id>", views.detail, name="detail"),
    path("/orders/<str:order_id>/confirmation", views.confirmation, name="confirmation"),
    path("/software", cancel_views.software_page, name="software"),
    path("/software/cancel", cancel_views.cancel_several, name="cancel_several"),
    path("/software/cancel/result", cancel_views.cancel_result, name="cancel_result"),
    path("/software/<uuid:entitlement_id>/cancel", cancel_views.cancel, name="cancel"),
]
urlpatterns = [
    path("dashboard/customers/<uuid:customer_id>", include((ORDERS, "orders"))),
]
