"""The addresses that the server answers."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from ingest.views import accounts

# Of allauth only what has a page here: accounts are made by invitation, and nobody changes addresses by themselves.
_ACCOUNT: list[URLPattern | URLResolver] = [
    path("login/", accounts.SignIn.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", accounts.ChangePassword.as_view(), name="account_change_password"),
    path("password/set/", accounts.FirstPassword.as_view(), name="account_set_password"),
    path("password/reset/", accounts.ForgottenPassword.as_view(), name="account_reset_password"),
    path("password/reset/done/", accounts.PasswordLinkSent.as_view(), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.ReplacePassword.as_view(),
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(_ACCOUNT)),
    path("", include("ingest.urls")),
]
handler400 = "ingest.views.errors.bad_request"
handler403 = "ingest.views.errors.forbidden"
handler404 = "ingest.views.errors.not_found"
handler500 = "ingest.views.errors.server_error"
