"""Sign-in, the token service, and the settings pages of accounts."""

from allauth.account import views as allauth_account
from django.urls import include, path

from accounts import authorize, developer_views, discovery, oauth, user_views, views

settings = [path("", views.settings_index, name="index")]
pages = [
    path("me", views.profile, name="profile"),
    path("users", user_views.users, name="users"),
    path("users/new", user_views.user_new, name="user-new"),
    path("users/<uuid:user_id>", user_views.user_detail, name="user"),
    path("users/<uuid:user_id>/password", user_views.user_password, name="user-password"),
    path("users/<uuid:user_id>/deactivate", user_views.user_deactivate, name="user-deactivate"),
    path("users/<uuid:user_id>/reactivate", user_views.user_reactivate, name="user-reactivate"),
    path("developer", developer_views.developer, name="developer"),
    path("developer/new", developer_views.app_new, name="app-new"),
    path("developer/<uuid:app_id>", developer_views.app_detail, name="app"),
    path("developer/<uuid:app_id>/secret", developer_views.app_secret, name="app-secret"),
    path("developer/<uuid:app_id>/revoke", developer_views.app_revoke, name="app-revoke"),
]

urlpatterns = [
    path("language", views.set_language, name="set_language"),
    path("dashboard/settings", include((settings, "settings"))),
    path("dashboard/settings/", include((pages, "accounts"))),
    # Sign-in names are given by user management; nobody changes his own.
    path("account/email/", views.no_such_page),
    path("account/", include("allauth.urls")),
    # The library's own endpoints know neither tenants nor families.
    path("identity/o/authorize", discovery.not_here),
    path("identity/o/api/token", discovery.not_here),
    path("identity/o/device", discovery.not_here),
    path("identity/o/api/device/code", discovery.not_here),
    path("", include("allauth.idp.urls")),
    # After allauth's own, because the last address of a name is the one that is linked.
    path("signin", allauth_account.login, name="account_login"),
    path("common/discovery/instance", discovery.instance_discovery),
    path("generatetoken", oauth.generate_token),
    path("v3/generatetoken", oauth.generate_token),
    path("<str:tenant>/oauth2/authorize", authorize.authorize_v1),
    path("<str:tenant>/oauth2/v2.0/authorize", authorize.authorize_v2),
    path("<str:tenant>/oauth2/token", oauth.token_v1),
    path("<str:tenant>/oauth2/v2.0/token", oauth.token_v2),
    path("<str:tenant>/.well-known/openid-configuration", discovery.configuration_v1),
    path("<str:tenant>/v2.0/.well-known/openid-configuration", discovery.configuration_v2),
    path("<str:tenant>/discovery/keys", discovery.keys),
    path("<str:tenant>/discovery/v2.0/keys", discovery.keys),
]
