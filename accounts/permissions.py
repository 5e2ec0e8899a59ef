"""City-wide rights, as pure predicates over roles that are valid today."""

import rules
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import CityRole, User


def has_role(user: User | AnonymousUser, role: str) -> bool:
    """Whether `user` holds the city-wide `role` today."""
    if not isinstance(user, User) or not user.is_active:
        return False
    today = timezone.localdate()
    return any(
        held.role == role and held.starts_on <= today and (held.ends_on is None or today < held.ends_on)
        for held in user.city_roles.all()
    )


@rules.predicate
def is_administrator(user: User | AnonymousUser) -> bool:
    return bool(user.is_active and getattr(user, "is_superuser", False)) or has_role(user, CityRole.Role.ADMINISTRATOR)


@rules.predicate
def is_moderator(user: User | AnonymousUser) -> bool:
    return has_role(user, CityRole.Role.MODERATOR)
