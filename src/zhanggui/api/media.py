"""Pictures of products, from the data directory. Their names are made from their content, so they may be kept for long."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, HttpRequest, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils._os import safe_join

from zhanggui.catalog import services as catalog
from zhanggui.kernel.problems import NotFound

from .frame import problem

KEEP_SECONDS = 30 * 86_400


def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/media/…`."""
    try:
        path = Path(safe_join(settings.MEDIA_ROOT, name))
        if not (found := path.is_file()) and (made := catalog.make_edition(name)):
            path, found = made, True
    except (SuspiciousFileOperation, ValueError, OSError):
        found = False
    kind = mimetypes.guess_type(name)[0] or ""
    if not found or not kind.startswith("image/") or kind == "image/svg+xml":
        return problem(request, NotFound())
    mark = f'"{path.stat().st_size:x}-{path.stat().st_mtime_ns:x}"'
    if request.headers.get("If-None-Match") == mark:
        response: HttpResponseBase = HttpResponseNotModified()
    else:
        response = FileResponse(path.open("rb"), content_type=kind)
    response["ETag"] = mark
    response["Cache-Control"] = f"public, max-age={KEEP_SECONDS}, immutable"
    return response
