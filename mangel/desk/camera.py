"""Where camera and report disagree: a word to the clerk. The camera's word is a hint, anybody can write it."""

import datetime as dt

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from geo.metric import distance_m
from mangel.models import Report
from photos.models import Photo
from photos.states import Role, Source

FAR_M = 250  # phones are off by a street now and then
LONG_AGO = dt.timedelta(hours=24)


def disagreements(report: Report, photo: Photo) -> list[str]:
    """Sentences for what the camera says otherwise than the report."""
    if photo.source != Source.REPORTER or photo.role != Role.BEFORE:
        return []
    return [sentence for sentence in (place(report, photo), time(report, photo)) if sentence]


def place(report: Report, photo: Photo) -> str:
    if report.point is None or photo.hint_point is None:
        return ""
    away = distance_m(report.point.x, report.point.y, photo.hint_point.x, photo.hint_point.y)
    if away <= max(FAR_M, 2 * (report.accuracy_m or 0)):
        return ""
    if away < 1000:
        far = _("%(n)s m") % {"n": int(round(away, -1))}
    else:
        far = _("%(n)s km") % {"n": formats.number_format(round(away / 1000, 1), 1)}
    return _("Foto wurde laut Kamera %(far)s entfernt aufgenommen.") % {"far": far}


def time(report: Report, photo: Photo) -> str:
    if photo.hint_time is None or abs(report.created_at - photo.hint_time) < LONG_AGO:
        return ""
    day = formats.date_format(timezone.localtime(photo.hint_time), "DATE_FORMAT")
    return _("Foto wurde laut Kamera am %(day)s aufgenommen.") % {"day": day}
