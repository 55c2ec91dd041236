"""How KBL wants its log-in to behave, where it differs from django-allauth's own way.

Accounts are made by Cubiss: nobody signs up. The sentences are ours, and the secret of an authenticator app
does not lie readable in the database or in a backup of it.
"""

import base64
import logging
from datetime import timedelta
from hashlib import sha256

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest
from django.shortcuts import resolve_url

from kbl import clock
from kbl.mail import outbox

log = logging.getLogger(__name__)

WRONG_LOGIN = "Deze combinatie van e-mailadres en wachtwoord kennen wij niet. Kijk het nog eens na."
WRONG_CODE = "Deze code klopt niet. Kijk in uw app welke code er nu staat."


class AccountAdapter(DefaultAccountAdapter):
    """Log-in by e-mail, closed for strangers."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Dit account is nu niet in gebruik. Vraag uw contactpersoon bij Cubiss.",
        "email_password_mismatch": WRONG_LOGIN,
        "enter_current_password": "Dit is niet uw huidige wachtwoord.",
        "incorrect_password": "Dit wachtwoord klopt niet. Probeer het nog eens.",
        "invalid_login": WRONG_LOGIN,
        "invalid_password_reset": "Deze link werkt niet meer. Vraag een nieuwe aan.",
        "too_many_login_attempts": "Dat waren veel pogingen. Wacht een kwartier, of vraag een nieuw wachtwoord aan.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account here; Cubiss does."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template has it; no site name between brackets."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Into the outbox: the page does not wait for a mail server, nor fail with one."""
        request = current.request
        about = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        message = self.render_mail(template_prefix, email, about)
        lasts = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
        outbox.post(message, outbox.Purpose.ACCOUNT, at=clock.now(), lasts=lasts)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to work, not to an empty form."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)


class MFAAdapter(DefaultMFAAdapter):
    """The second step, with its secrets encrypted under SECRET_KEY (and, when that is changed, its fallbacks)."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": "Uw account heeft de extra beveiliging nodig. U kunt die niet uitzetten.",
    }

    def get_totp_issuer(self) -> str:
        """The name the authenticator app shows."""
        return "KBL"

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """The address a person logs in with."""
        return user.get_username()

    def encrypt(self, text: str) -> str:
        """What goes into the database."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What comes out of it.

        A secret that no key opens any more (SECRET_KEY was changed without its fallback) gives another secret, which no
        code fits: the code is refused in words, and the log says what the matter is.
        """
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.error("A second factor cannot be opened: was SECRET_KEY changed without SECRET_KEY_FALLBACKS?")
            return generate_totp_secret()


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(sha256(b"kbl.second-factor" + key.encode()).digest())) for key in keys]
    )
