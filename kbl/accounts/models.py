"""Staff accounts and who acts for whom. Residents never have an account."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from kbl.organisations.models import Branch, Organisation


class Audience(models.TextChoices):
    """The four front doors."""

    CUBISS = "cubiss", "Projectteam"
    INTERMEDIARY = "intermediary", "Intermediair"
    LIBRARY = "library", "Bibliotheek"
    PROVINCE = "province", "Provincie"


class Role(models.TextChoices):
    """What somebody may do. Every role belongs to one audience."""

    CUBISS_COORDINATOR = "cubiss_coordinator", "Cubiss coördinator"
    CUBISS_FINANCE = "cubiss_finance", "Cubiss financiën"
    CUBISS_READER = "cubiss_reader", "Cubiss lezer"
    INTERMEDIARY = "intermediary", "Intermediair"
    LIBRARY_DESK = "library_desk", "Bibliotheek balie"
    LIBRARY_MANAGER = "library_manager", "Bibliotheek beheer"
    PROVINCE = "province", "Provincie"

    @property
    def audience(self) -> Audience:
        return Audience(self.value.split("_")[0])


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, known by e-mail address."""

    email = models.EmailField("e-mailadres", unique=True)
    name = models.CharField("naam", max_length=120)
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

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May enter the office's lists (Django's admin); what may be done there, `RoleBackend` decides."""
        return self.is_superuser or self.assignments.filter(role__in=OFFICE_ROLES).exists()


class Assignment(models.Model):
    """Somebody acts in a role, for an organisation unless the role is Cubiss' or the province's own."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name="gebruiker")
    role = models.CharField("rol", max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="assignments", verbose_name="organisatie"
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vestiging (balie)"
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
                name="partners_act_for_an_organisation",
                condition=models.Q(
                    role__in=["intermediary", "library_desk", "library_manager"], organisation__isnull=False
                )
                | models.Q(
                    role__in=["cubiss_coordinator", "cubiss_finance", "cubiss_reader", "province"],
                    organisation__isnull=True,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.organisation or 'programma'}"

    @property
    def audience(self) -> Audience:
        return Role(self.role).audience


OFFICE_ROLES = [Role.CUBISS_COORDINATOR, Role.CUBISS_FINANCE, Role.CUBISS_READER]


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
