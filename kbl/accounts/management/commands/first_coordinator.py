"""The first two people of a new installation: coordinators. Together they admit everybody else on screen.

From two on nobody of Cubiss comes in by one alone, so neither does anybody by this command.
"""

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
from kbl.accounts.waiting import has_office_box, has_office_name, is_beginning


class Command(BaseCommand):
    help = "Makes one of the first two coordinators and prints the link with which to choose a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="first and last name, as colleagues will see it")
        parser.add_argument("email", help="work address, to log in with")

    def handle(self, *args, name: str, email: str, **options) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is geen e-mailadres.") from None
        try:
            name = User._meta.get_field("name").clean(name, None)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        user = self._user(name, email)
        link = reverse(
            "account_reset_password_from_key",
            args=(user_pk_to_url_str(user), default_token_generator.make_token(user)),
        )
        self.stdout.write(f"{user.name} is coördinator. Kies een wachtwoord, en daarna een tweede stap:")
        self.stdout.write(f"  {settings.SITE_URL}{link}")

    @transaction.atomic
    def _user(self, name: str, email: str) -> User:
        """One of the first two; or the same one again, who never logged in: the link was lost."""
        office = User.objects.filter(assignments__role__in=OFFICE_ROLES).distinct()
        known = office.filter(email=email.lower()).first()
        if known is None and is_beginning():
            user = User.objects.filter(email=email.lower()).first() or User(email=email.lower(), name=name)
            if has_office_name(user.name, except_for=user.pk) or has_office_box(user.email, except_for=user.pk):
                raise CommandError("De naam of het adres lijkt te veel op dat van de eerste coördinator.")
            if user.pk is None:
                user.set_unusable_password()
                user.save()
            Assignment.objects.create(user=user, role=Role.CUBISS_COORDINATOR)
            return user
        if known is None or known.last_login is not None or office.count() > 2:
            raise CommandError("Er zijn al twee mensen van Cubiss. Die geven nieuwe collega's toegang, bij Beheer.")
        return known
