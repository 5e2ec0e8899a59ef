"""The administration's view of people: who signs in, with which city-wide role. Deactivated, never deleted."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import CityRole, User

admin.site.unregister(Group)  # rights come from roles and memberships


class CityRoleInline(admin.TabularInline):
    model = CityRole
    extra = 0


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Nobody is a superuser here: that is for the emergency account made on the command line."""

    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Konto"), {"fields": ("is_active", "last_login", "date_joined")}),
    )
    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    inlines: ClassVar[tuple[type[admin.TabularInline], ...]] = (CityRoleInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # history names them: switch the account off instead
