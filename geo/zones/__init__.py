"""The only writers of zones: import a layer, change one zone, end one. Versions are added and closed, never deleted."""

from geo.zones.changing import add_zone, change_zone, check_code_free, check_current, end_zone, to_area
from geo.zones.diff import Change, Diff
from geo.zones.importing import ZoneFeature, import_layer
from geo.zones.refusals import CodesInUse, ImportRefused, ZoneRefused
from geo.zones.users import register_users, users_of

__all__ = [
    "Change",
    "CodesInUse",
    "Diff",
    "ImportRefused",
    "ZoneFeature",
    "ZoneRefused",
    "add_zone",
    "change_zone",
    "check_code_free",
    "check_current",
    "end_zone",
    "import_layer",
    "register_users",
    "to_area",
    "users_of",
]
