"""What is true of reports. One file a subject; import from here."""

from mangel.models.catalogue import (
    Category,
    CityText,
    DeclinedReason,
    HazardWord,
    Membership,
    Office,
    Question,
)
from mangel.models.feed import ReportChange, TileCount, TileDelta
from mangel.models.report import Report, Submission, Support
from mangel.models.routing import Decision, ReasonText, RoutingRule, RuleSet
from mangel.models.timeline import Entry, EntryText

__all__ = [
    "Category",
    "CityText",
    "Decision",
    "DeclinedReason",
    "Entry",
    "EntryText",
    "HazardWord",
    "Membership",
    "Office",
    "Question",
    "ReasonText",
    "Report",
    "ReportChange",
    "RoutingRule",
    "RuleSet",
    "Submission",
    "Support",
    "TileCount",
    "TileDelta",
]
