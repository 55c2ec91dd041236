"""A new password by mail, without saying who has an account here.

The page writes the same row for every address and answers (kbl/mail/outbox.py). Whether somebody is known by it is
looked up by the worker that sends; there the link is made too, so that nothing that opens an account is ever kept.
"""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation

from kbl import clock
from kbl.accounts.models import User
from kbl.mail import outbox, sending
from kbl.mail.models import Letter


class ResetPasswordForm(forms.ResetPasswordForm):
    """Asks for an address and looks nothing up."""

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()

    def save(self, request: HttpRequest, **kwargs) -> str:
        address = self.cleaned_data["email"]
        outbox.ask_reset(address, at=clock.now())
        return address


def reset_letter(letter: Letter) -> EmailMessage | None:
    """The mail with which somebody chooses a password; None for an address that nobody logs in with."""
    user = User.objects.filter(email=letter.recipient.lower(), is_active=True).first()
    if user is None:
        return None
    token = forms.default_token_generator.make_token(user)
    link = sending.link("account_reset_password_from_key", user_pk_to_url_str(user), token)
    context = {"user": user, "password_reset_url": link}
    with translation.override("nl"):
        message = get_adapter().render_mail("account/email/password_reset_key", user.email, context)
    message.extra_headers = sending.headers(f"reset-{letter.pk}-{letter.written_at:%Y%m%d%H%M%S}")
    return message
