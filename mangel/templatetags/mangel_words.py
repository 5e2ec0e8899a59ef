"""Dates as people say them; the exact time on hover and for screen readers. Times are cut to the full minute."""

import datetime as dt
from functools import lru_cache

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

register = template.Library()
RECENT_DAYS = 7


def days_ago(at: dt.datetime) -> int:
    """Calendar days in city time: yesterday at 23:50 is yesterday."""
    return (timezone.localdate() - timezone.localtime(at).date()).days


def day_words(at: dt.datetime) -> str:
    """ "3. November", with the year where it is another."""
    local = timezone.localtime(at)
    same_year = local.year == timezone.localdate().year
    return written(local.date(), _("j. F") if same_year else _("j. F Y"), get_language() or "")


@lru_cache(maxsize=2048)
def written(day: dt.date, pattern: str, language: str) -> str:
    """A day in the reader's language: a list says the same few over and over."""
    return formats.date_format(day, pattern)


def time_tag(at: dt.datetime, words: str) -> SafeString:
    minute = at.replace(second=0, microsecond=0)
    local = timezone.localtime(minute)
    exact = _("%(day)s, %(time)s Uhr") % {
        "day": written(local.date(), _("j. F Y"), get_language() or ""),
        "time": f"{local:%H:%M}",
    }
    stamp = f"{minute.astimezone(dt.UTC).isoformat()[:16]}Z"
    return format_html('<time datetime="{}" title="{}">{}</time>', stamp, exact, words)


@register.simple_tag
def since(at: dt.datetime) -> SafeString:
    """seit heute · seit gestern · seit 3 Tagen · seit 3. November"""
    days = days_ago(at)
    if days <= 0:
        words = _("seit heute")
    elif days == 1:
        words = _("seit gestern")
    elif days < RECENT_DAYS:
        words = ngettext("seit %(n)s Tag", "seit %(n)s Tagen", days) % {"n": days}
    else:
        words = _("seit %(day)s") % {"day": day_words(at)}
    return time_tag(at, words)


@register.simple_tag
def ago(at: dt.datetime) -> SafeString:
    """heute · gestern · vor 3 Tagen · am 3. November"""
    days = days_ago(at)
    if days <= 0:
        words = _("heute")
    elif days == 1:
        words = _("gestern")
    elif days < RECENT_DAYS:
        words = ngettext("vor %(n)s Tag", "vor %(n)s Tagen", days) % {"n": days}
    else:
        words = _("am %(day)s") % {"day": day_words(at)}
    return time_tag(at, words)


@register.simple_tag
def day_and_time(at: dt.datetime) -> SafeString:
    """3. November, 08:57"""
    local = timezone.localtime(at)
    return time_tag(at, f"{day_words(at)}, {formats.date_format(local, 'H:i')}")


@register.filter
def metres(distance: int) -> str:
    """22 m · 1,4 km"""
    if distance < 1000:
        return _("%(n)s m") % {"n": distance}
    return _("%(n)s km") % {"n": formats.number_format(distance / 1000, 1)}


@register.filter
def code_spoken(code: str) -> str:
    """A tracking code in groups of four."""
    from mangel.tracking import spoken

    return spoken(code)
