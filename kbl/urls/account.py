"""Logging in: only the pages of django-allauth that KBL uses, under the names allauth itself asks for.

Nobody signs up and nobody changes an e-mail address here, so those pages do not exist. Mounted at /account/.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.generic import RedirectView

urlpatterns = [
    path("inloggen/", account.login, name="account_login"),
    path("uitloggen/", account.logout, name="account_logout"),
    path("niet-in-gebruik/", account.account_inactive, name="account_inactive"),
    path("bevestigen/", account.reauthenticate, name="account_reauthenticate"),
    path("wachtwoord/", account.password_change, name="account_change_password"),
    # allauth sends an account without a password here; a mail with a link is our way to get one.
    path(
        "wachtwoord/instellen/",
        login_not_required(RedirectView.as_view(pattern_name="account_reset_password")),
        name="account_set_password",
    ),
    path("wachtwoord/vergeten/", account.password_reset, name="account_reset_password"),
    path("wachtwoord/vergeten/verstuurd/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "wachtwoord/nieuw/klaar/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("beveiliging/", mfa.index, name="mfa_index"),
    path("beveiliging/code/", mfa.authenticate, name="mfa_authenticate"),
    path("beveiliging/bevestigen/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("beveiliging/app/aanzetten/", totp.activate_totp, name="mfa_activate_totp"),
    path("beveiliging/app/uitzetten/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("beveiliging/noodcodes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("beveiliging/noodcodes/nieuw/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("beveiliging/noodcodes/bestand/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
