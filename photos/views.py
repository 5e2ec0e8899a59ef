"""Serving renditions, and nothing else: there is no address for an original."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from photos import renditions
from photos.models import Photo
from threads.states import Check

CONTENT_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
PUBLIC = "public, max-age=240"  # what is hidden must be gone everywhere within 5 minutes
PRIVATE = "private, no-store"


@require_safe
def rendition(request: HttpRequest, token: str, side: int, extension: str) -> HttpResponseBase:
    """One rendition of a photo that is ready. Who knows the token may see it: 128 random bits, on private pages too."""
    check = Photo.objects.ready().filter(rendition_token=token).values_list("check_state", flat=True).first()
    if check is None:
        raise Http404
    try:
        file = renditions.path_of(token, f"{side}.{extension}").open("rb")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=CONTENT_TYPES[extension])
    response["Cache-Control"] = PUBLIC if check == Check.SHOWN else PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    response["Referrer-Policy"] = "no-referrer"
    return response
