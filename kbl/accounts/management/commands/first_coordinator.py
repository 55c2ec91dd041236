"""The first person of a new installation: a coordinator, who then admits everybody else on screen."""

from argparse import ArgumentParser

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from kbl.accounts.models import OFFICE_ROLES, Assignment, Role, User


class Command(BaseCommand):
    help = "Makes the first coordinator and prints the link with which to choose a password. Only when there is nobody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="first and last name, as colleagues will see it")
        parser.add_argument("email", help="work address, to log in with")

    def handle(self, *args, name: str, email: str, **options) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is geen e-mailadres.") from None
        user = self._user(name, email)
        link = reverse(
            "account_reset_password_from_key",
            args=(user_pk_to_url_str(user), default_token_generator.make_token(user)),
        )
        self.stdout.write(f"{user.name} is coördinator. Kies een wachtwoord, en daarna een tweede stap:")
        self.stdout.write(f"  {settings.SITE_URL}{link}")

    @transaction.atomic
    def _user(self, name: str, email: str) -> User:
        """The first one; or the same one again, while nobody of Cubiss ever logged in: the link was lost."""
        office = User.objects.filter(assignments__role__in=OFFICE_ROLES).distinct()
        if not office.exists():
            user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(email, name=name)
            Assignment.objects.create(user=user, role=Role.CUBISS_COORDINATOR)
            return user
        again = office.filter(email=email.lower(), last_login__isnull=True).first()
        if again is None or office.count() > 1:
            raise CommandError("Er is al iemand van Cubiss. Die geeft nieuwe collega's toegang, bij Beheer.")
        return again
