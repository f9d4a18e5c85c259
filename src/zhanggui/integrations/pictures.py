"""Pictures of imported products: fetched by address from the outside world only, or read from the folder beside a file.

A fetch never reaches our own network: every address that a name has, also after a redirect, must be public, and exactly the
address checked is called. What the bytes are is judged by the catalogue, which keeps them.
"""

from __future__ import annotations

import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin

import httpx
import structlog
from django.db import transaction

from zhanggui.catalog import selectors as catalog_reads
from zhanggui.catalog import services as catalog
from zhanggui.catalog.errors import PictureRefused
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.i18n import ZH
from zhanggui.kernel.problems import NotFound

from .errors import PictureNotFetched
from .webhooks.guard import is_public

log = structlog.get_logger(__name__)
AT_ONCE = 8
REDIRECTS = 5
CHUNK = 65536
_AGAIN = {408, 425, 429, 500, 502, 503, 504}  # the other refusals will not change


def fetch_due(seconds: float = 50) -> int:
    """Fetch pictures that wait until none does or the time is over; how many were tried. Outside transactions."""
    if db.in_transaction():
        raise transaction.TransactionManagementError("pictures are fetched outside transactions")
    until, tried = time.monotonic() + seconds, 0
    private, limit, each = (
        mall_settings.get(key) for key in ("pictures.allow_private", "catalog.picture_bytes", "pictures.seconds")
    )
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures") as hands:
        while time.monotonic() < until:
            waiting = catalog_reads.pending_pictures(clock.now(), AT_ONCE * 2)
            if not waiting:
                break
            jobs = [(media, hands.submit(_try, url, private, limit, each)) for media, url in waiting]
            for media, job in jobs:
                _keep(media, job.result())
            tried += len(waiting)
    return tried


def _try(url: str, private: bool, limit: int, seconds: int) -> bytes | PictureNotFetched:
    """Runs in a thread and touches no database; whatever happens is an answer."""
    try:
        return fetch(url, allow_private=private, limit=limit, seconds=seconds)
    except PictureNotFetched as failed:
        return failed
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError, ValueError) as error:
        return PictureNotFetched(reason=f"{type(error).__name__}: {error}"[:200])


def _keep(media_id: int, found: bytes | PictureNotFetched) -> None:
    try:
        if isinstance(found, PictureNotFetched):
            catalog.fail_picture(media_id, found.detail(ZH), final=found.final, actor=SYSTEM)
            return
        try:
            catalog.receive_picture(media_id, found, actor=SYSTEM)
        except PictureRefused as refused:
            catalog.fail_picture(media_id, refused.detail(ZH), final=True, actor=SYSTEM)
    except NotFound:
        log.info("picture_gone", media_id=media_id)


def fetch(url: str, *, allow_private: bool, limit: int, seconds: float) -> bytes:
    """The bytes behind an address, redirects followed and each checked anew. Raises PictureNotFetched, httpx.HTTPError, OSError."""
    until = time.monotonic() + seconds
    with httpx.Client(timeout=httpx.Timeout(10, connect=5), trust_env=False, verify=_trust()) as client:
        for _hop in range(REDIRECTS + 1):
            target, host = _checked(url, allow_private)
            headers = {"host": host, "accept": "image/*", "user-agent": "Zhanggui/1 (+picture import)"}
            sni = httpx.URL(url).host.encode("idna") if not httpx.URL(url).host.isascii() else httpx.URL(url).host
            with client.stream("GET", target, headers=headers, extensions={"sni_hostname": sni}) as answer:
                if answer.is_redirect and "location" in answer.headers:
                    url = urljoin(url, answer.headers["location"])
                    continue
                if answer.status_code != 200:
                    raise PictureNotFetched(reason=f"HTTP {answer.status_code}", final=answer.status_code not in _AGAIN)
                return _body(answer, limit, until)
    raise PictureNotFetched(reason="重定向过多 / too many redirects", final=True)


@cache
def _trust() -> ssl.SSLContext:
    """Whom we believe; read once, for it takes as long as fetching a picture."""
    return httpx.create_ssl_context(trust_env=False)


def _body(answer: httpx.Response, limit: int, until: float) -> bytes:
    data = bytearray()
    for part in answer.iter_bytes(CHUNK):
        data += part
        if len(data) > limit:
            raise PictureNotFetched(reason=f"> {limit} bytes", final=True)
        if time.monotonic() > until:
            raise PictureNotFetched(reason="超时 / too slow")
    return bytes(data)


def _checked(url: str, allow_private: bool) -> tuple[httpx.URL, str]:
    """The address with its name replaced by the IP that was checked, and the host header. Raises PictureNotFetched."""
    parsed = httpx.URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.userinfo:
        raise PictureNotFetched(reason="地址无效 / not a usable address", final=True)
    try:
        found = socket.getaddrinfo(parsed.host, parsed.port or 443, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise PictureNotFetched(reason="主机名无效 / not a valid host name", final=True) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(map(is_public, addresses)):
        raise PictureNotFetched(reason="指向内网或保留地址 / it leads to a private or reserved address", final=True)
    return parsed.copy_with(host=addresses[0]), parsed.netloc.decode("ascii")


def local_picture(folder: Path | None, file: str, name: str) -> bytes | None:
    """A picture in the folder beside an imported file, or in the folder that is called like the file; never outside of it."""
    if folder is None:
        return None
    stem = PurePosixPath(file).name.removesuffix(".gz").rsplit(".", 1)[0]
    base = folder.resolve()
    limit = mall_settings.get("catalog.picture_bytes")
    for place in (base / stem / name, base / name, base / PurePosixPath(name).name):
        try:
            path = place.resolve()
            if path.is_relative_to(base) and path.is_file() and path.stat().st_size <= limit:
                return path.read_bytes()
        except (OSError, ValueError):
            continue
    return None
