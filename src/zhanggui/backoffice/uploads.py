"""Forms whose files may be larger than any other body: who may send them, how much, and the way of a file onto the disk."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from zhanggui.accounts import selectors as accounts
from zhanggui.integrations.errors import UploadNotStored, UploadTooLarge
from zhanggui.integrations.services import Upload
from zhanggui.kernel import fresh, mall_settings
from zhanggui.kernel.db import drop_dead_connection

from .access import COOKIE

PATHS = frozenset({"/office/imports/new"})
PERMISSION = "catalog.import"
MB = 1 << 20


def most(cookies: str) -> int:
    """Bytes that the sender of these cookies may send to one of PATHS; 0 where the ordinary limit holds.

    The web server asks before it takes anything in, in a thread.
    """
    try:
        given = SimpleCookie(cookies).get(COOKIE)
        drop_dead_connection()
        fresh.refresh()
        actor = accounts.authenticate(given.value) if given else None
    except CookieError:
        return 0
    if actor is None or actor.kind != "staff" or not actor.may(PERMISSION):
        return 0
    return limit_mb() * MB + MB // 4  # the form around the files


def limit_mb() -> int:
    return int(mall_settings.get("imports.upload_mb"))


def folder() -> Path:
    """Where bodies lie while they are taken apart."""
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(parents=True, exist_ok=True)
    return path


def received(request: HttpRequest, upload: Upload) -> None:
    """Take the files of a form into `upload`. Raises UploadTooLarge, UploadNotStored."""
    refused = request.META.get("zhanggui.refused", "")
    if refused == "too_large":
        raise UploadTooLarge(size=-(-int(request.META["zhanggui.size"]) // MB), limit=limit_mb())
    if refused:
        raise UploadNotStored(reason=refused)
    request.upload_handlers = [_Receiver(upload)]
    _ = request.POST  # reads the form


class _Receiver(FileUploadHandler):
    """Each file straight to its place."""

    def __init__(self, upload: Upload) -> None:
        super().__init__()
        self.chunk_size = MB
        self._upload = upload
        self._stream: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._stream = self._upload.add_file(self.file_name or "file")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        try:
            if self._stream:
                self._stream.write(raw_data)
        except OSError as error:
            raise UploadNotStored(reason=error.strerror or "error") from None

    def file_complete(self, file_size: int) -> None:
        self._close()

    def upload_interrupted(self) -> None:
        self._close()

    def _close(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None
