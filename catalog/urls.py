from django.urls import path

from catalog import policies_views

app_name = "catalog"
POLICIES = "dashboard/settings/policies"
urlpatterns = [
    path(POLICIES, policies_views.policy_list, name="policies"),
    path(f"{POLICIES}/<slug:policy>/add", policies_views.policy_add, name="policy_add"),
    path(
        f"{POLICIES}/<slug:policy>/<int:row_id>/end", policies_views.policy_end, name="policy_end"
    ),
]
