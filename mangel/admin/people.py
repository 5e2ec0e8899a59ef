"""Who works in which office: beside the city-wide roles, on the page of the person."""

from typing import ClassVar

from django.contrib import admin

from accounts.admin import StaffAdmin
from accounts.models import User
from mangel.models import Membership


class MembershipInline(admin.TabularInline):
    """A membership ends on a day; history keeps it."""

    model = Membership
    extra = 0


admin.site.unregister(User)


@admin.register(User)
class StaffWithOfficesAdmin(StaffAdmin):
    inlines: ClassVar[tuple[type[admin.TabularInline], ...]] = (*StaffAdmin.inlines, MembershipInline)
