"""What the roles may do in the office's lists (Django's admin)."""

from kbl.accounts.models import User
from kbl.accounts.roles import OFFICE_ROLES, Right

# Which of the lists somebody may change, by what his role may.
KEEPS = {
    Right.COORDINATE: frozenset({"organisations", "accounts", "intermediaries", "libraries"}),
    Right.KEEP_BOOKS: frozenset({"settlements", "fund"}),
}
EVERYBODY_READS = frozenset({"vouchers", "reporting"}).union(*KEEPS.values())


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
        roles = user.roles
        if codename.startswith("view_"):
            return app in EVERYBODY_READS and any(role in OFFICE_ROLES for role in roles)
        return any(app in apps for right, apps in KEEPS.items() for role in roles if right in role.rights)

    def has_module_perms(self, user: User, app_label: str) -> bool:
        return self.has_perm(user, f"{app_label}.view_any")
