"""{% load photos %}{% picture photo 320 alt="…" %}"""

from typing import Any

from django import template

from photos.models import Photo

register = template.Library()


@register.inclusion_tag("photos/_picture.html")
def picture(photo: Photo, side: int, alt: str = "", eager: bool = False) -> dict[str, Any]:
    """A rendition as <picture>, with its size, so that the page does not jump. The photo must be ready."""
    width, height = photo.rendition_size(side)
    return {
        "webp": photo.url(side, "webp"),
        "jpeg": photo.url(side, "jpg"),
        "width": width,
        "height": height,
        "alt": alt,
        "eager": eager,
    }
