"""Step 1: a photo, if there is one."""

import os
from typing import Any, BinaryIO, cast

from django.http import HttpRequest

from mangel.views.reporting.state import Begun
from photos import staging
from photos.uploads import MAX_PHOTOS, check_count
from pwa.errors import DomainError

DROP = "drop-"


def read(request: HttpRequest, begun: Begun) -> list[DomainError]:
    """Look at what was chosen and keep what is good; the refused are named, the flow goes on without them."""
    go = request.POST.get("go", "")
    if go == "without":
        begun.photos = []
        return []
    if go.startswith(DROP) and go.removeprefix(DROP).isdigit():
        number = int(go.removeprefix(DROP))
        begun.photos = [photo for at, photo in enumerate(begun.photos) if at != number]
    errors: list[DomainError] = []
    for file in request.FILES.getlist("photos"):
        try:
            check_count(len(begun.photos) + 1)
            begun.photos.append({"key": staging.stage(cast(BinaryIO, file)), "name": name_of(file), "alt": ""})
        except DomainError as refused:
            errors.append(refused)
    # One sentence a reason: five files too many are not five sentences.
    return list({str(error): error for error in errors}.values())


def name_of(file: Any) -> str:
    """The file's name for people, never a path."""
    return os.path.basename(str(file.name or "")).replace("\x00", "")[-60:]


def context(begun: Begun, errors: dict[str, str]) -> dict[str, Any]:
    return {"photos": begun.photos, "max_photos": MAX_PHOTOS - len(begun.photos), "error": errors.get("photos", "")}
