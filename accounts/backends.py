"""Rights of the administration: the role administrator may edit what the administration shows."""

from typing import Any

from accounts.permissions import is_administrator

MODEL_RIGHTS = ("add_", "change_", "delete_", "view_")


class AdministratorBackend:
    """Django's admin asks for a right per model; administrators have them all. The admin itself refuses the rest.

    Signs nobody in, so it has no `get_user`: sessions belong to the backend that checked the password.
    """

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm.partition(".")[2].startswith(MODEL_RIGHTS) and is_administrator(user_obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return is_administrator(user_obj)
