"""Staff accounts and who acts for whom. Residents never have an account."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.functional import cached_property

from kbl.accounts.roles import OFFICE_ROLES, Audience, Right, Role, bound_to_an_organisation, that_may
from kbl.organisations.models import Branch, Organisation
from kbl.texts.lines import LineField, all_visible

__all__ = ["OFFICE_ROLES", "Assignment", "Audience", "HintSeen", "Role", "User"]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def that_may(self, right: Right) -> models.QuerySet["User"]:
        """Everybody in use whose role has this right, by mail address."""
        who = self.filter(is_active=True, assignments__role__in=that_may(right))
        return who.distinct().order_by("email")

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        """Django's `createsuperuser`: a coordinator with no more rights than any other; nobody is above the rules."""
        user = self.create_user(email, password, **fields)
        user.assignments.create(role=Role.CUBISS_COORDINATOR)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, known by e-mail address."""

    email = models.EmailField("e-mailadres", unique=True)
    name = LineField("naam", max_length=120)
    is_active = models.BooleanField("actief", default=True)
    joined_at = models.DateTimeField("toegevoegd op", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "gebruiker"
        verbose_name_plural = "gebruikers"
        ordering = ["name"]
        constraints = [models.CheckConstraint(name="user_can_be_read", condition=all_visible("name"))]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[Role]:
        """As what somebody logs in, read once: every request reads its user anew, so it holds as long as an answer.

        The office's lists ask some fifty times what somebody may, before one page of them is there.
        """
        return frozenset(Role(each) for each in self.assignments.order_by().values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """May enter the office's lists (Django's admin); what may be done there, `RoleBackend` decides."""
        return self.is_superuser or not self.roles.isdisjoint(OFFICE_ROLES)


class Assignment(models.Model):
    """Somebody acts in a role, for an organisation unless the role is Cubiss' or the province's own.

    A role at Cubiss is given by one and confirmed by another; empty is from before that, or of the installation's first
    accounts. Since when somebody has it decides whether he can be a second person yet (waiting.py).
    `branches_there`: the organisation's, where they were read with it (assignments.py).
    """

    branches_there: tuple[Branch, ...] = ()

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name="gebruiker")
    role = models.CharField("rol", max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="organisatie"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vestiging (balie)"
    )
    granted_at = models.DateTimeField("gegeven op", null=True, blank=True)
    granted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="gegeven door"
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="goedgekeurd door"
    )

    class Meta:
        verbose_name = "rol"
        verbose_name_plural = "rollen"
        ordering = ["pk"]
        constraints = [
            # Two constraints, because SQLite cannot take an empty organisation as equal to another empty one.
            models.UniqueConstraint(name="role_given_once", fields=["user", "role", "organisation"]),
            models.UniqueConstraint(
                name="own_role_given_once", fields=["user", "role"], condition=models.Q(organisation__isnull=True)
            ),
            models.CheckConstraint(
                name="role_confirmed_by_another",
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("granted_by")),
            ),
            models.CheckConstraint(
                name="partners_act_for_an_organisation",
                condition=models.Q(role__in=bound_to_an_organisation(True), organisation__isnull=False)
                | models.Q(role__in=bound_to_an_organisation(False), organisation__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.organisation or 'programma'}"

    @property
    def audience(self) -> Audience:
        return Role(self.role).audience


class HintSeen(models.Model):
    """Somebody put a first-use hint away; it does not come back, on whatever computer they log in."""

    user = models.ForeignKey(User, models.CASCADE, related_name="hints_seen", verbose_name="gebruiker")
    hint = models.CharField("hint", max_length=30)

    class Meta:
        verbose_name = "weggelegde hint"
        verbose_name_plural = "weggelegde hints"
        constraints = [models.UniqueConstraint(name="hint_put_away_once", fields=["user", "hint"])]

    def __str__(self) -> str:
        return self.hint
