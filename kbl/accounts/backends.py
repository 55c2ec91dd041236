"""What the roles may do in the office's lists (Django's admin)."""

from kbl.accounts.models import Role, User

COORDINATOR_KEEPS = {"organisations", "accounts", "intermediaries", "libraries"}
FINANCE_KEEPS = {"settlements", "fund"}
EVERYBODY_READS = COORDINATOR_KEEPS | FINANCE_KEEPS | {"vouchers", "reporting"}


class RoleBackend:
    """Answers `has_perm` from the roles; it logs nobody in."""

    def authenticate(self, request, **credentials) -> None:
        return None

    def get_user(self, user_id):
        return None

    def has_perm(self, user: User, perm: str, obj=None) -> bool:
        if not user.is_active:
            return False
        app, _, codename = perm.partition(".")
        roles = set(user.assignments.values_list("role", flat=True))
        if codename.startswith("view_"):
            return app in EVERYBODY_READS and bool(
                roles & {Role.CUBISS_COORDINATOR, Role.CUBISS_FINANCE, Role.CUBISS_READER}
            )
        return (Role.CUBISS_COORDINATOR in roles and app in COORDINATOR_KEEPS) or (
            Role.CUBISS_FINANCE in roles and app in FINANCE_KEEPS
        )

    def has_module_perms(self, user: User, app_label: str) -> bool:
        return self.has_perm(user, f"{app_label}.view_any")
