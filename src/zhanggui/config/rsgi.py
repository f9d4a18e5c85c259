"""What Granian serves (RSGI): the express lane for the hottest operations, Django in threads for everything else."""

import asyncio
import io
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from granian.rsgi import ProtocolClosed

from .middleware import record

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")

#: Threads that may use the database at the same time, each with a connection of its own.
THREADS = 8
#: The largest body there is (pictures); Django judges the rest by content type.
MAX_BODY = 26 * 1024 * 1024
#: Seconds a client may take over a body.
BODY_SECONDS = 60
#: Bytes of an upload that are put on disk at a time, and those that are read (and thrown away) of one that is too large:
#: a browser shows the answer only when it has got rid of what it sends.
PART, DRAINED = 1 << 20, 8 << 30
SAFE = (("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"))


@dataclass(frozen=True, slots=True)
class Stored:
    """A body on disk; `refusal` says why it is not there."""

    stream: IO[bytes]
    size: int
    refusal: str = ""


class Application:
    """One per worker process."""

    def __init__(self) -> None:
        self._django: WSGIHandler = get_wsgi_application()
        self._threads: ThreadPoolExecutor | None = None
        from zhanggui.api import express  # these need Django set up
        from zhanggui.backoffice import uploads
        from zhanggui.kernel import lane
        from zhanggui.storefront import lane as shop
        from zhanggui.ui import assets

        self._express = express
        self._assets = assets
        self._uploads = uploads
        self._lanes = (shop, express)
        self._request = lane.Request

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._threads = ThreadPoolExecutor(THREADS, "mall")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(1003)
            return
        header = scope.headers.get
        if scope.path.startswith(self._assets.PREFIX) and scope.method in ("GET", "HEAD"):
            self._asset(scope, protocol)
            return
        if scope.path in self._uploads.PATHS and scope.method == "POST":
            most = await self._blocking(self._uploads.most, header("cookie") or "")
            if most:
                await self._upload(scope, protocol, most)
                return
            if (size := _number(header("content-length"))) > MAX_BODY:  # the page says who may
                refused = Stored(io.BytesIO(), size, "too_large")
                protocol.response_bytes(*await self._blocking(self._serve_django, scope, refused))
                return
        length = header("content-length") or ""
        if length.isdecimal() and int(length) > MAX_BODY:
            self._too_large(protocol)
            return
        try:
            body = await self._body(scope, protocol, length)
        except TimeoutError:
            protocol.response_empty(408, [("connection", "close")])
            return
        except ProtocolClosed:
            return  # nobody waits for an answer any more
        if body is None:
            self._too_large(protocol)
            return
        for lane in self._lanes:
            run = lane.operation(scope.method, scope.path)
            if run is not None and len(body) <= lane.MAX_BODY:
                status, headers, answer = await self._lane(lane, run, scope, body)
                break
        else:
            status, headers, answer = await self._blocking(self._serve_django, scope, body)
        protocol.response_bytes(status, headers, answer)

    async def _upload(self, scope: Any, protocol: Any, most: int) -> None:
        """A form with files larger than other bodies may be: put on disk as it comes, never held in memory."""
        with tempfile.TemporaryFile(dir=self._uploads.folder()) as stream:
            try:
                body = await self._store(protocol, stream, most)
            except TimeoutError:
                protocol.response_empty(408, [("connection", "close")])
                return
            except ProtocolClosed:
                return
            status, headers, answer = await self._blocking(self._serve_django, scope, body)
        protocol.response_bytes(status, headers, answer)

    async def _store(self, protocol: Any, stream: IO[bytes], most: int) -> Stored:
        """Raises TimeoutError when nothing comes for BODY_SECONDS, ProtocolClosed."""
        loop, size, refusal, parts = asyncio.get_running_loop(), 0, "", bytearray()
        async with asyncio.timeout(BODY_SECONDS) as patience:
            async for part in protocol:
                patience.reschedule(loop.time() + BODY_SECONDS)
                size += len(part)
                if size > most:
                    refusal = "too_large"
                if size > DRAINED:
                    break
                if refusal:
                    continue
                parts += part
                if len(parts) >= PART:
                    refusal = await self._blocking(_append, stream, bytes(parts))
                    parts.clear()
        if not refusal:
            refusal = await self._blocking(_append, stream, bytes(parts))
        stream.seek(0)
        return Stored(stream, size, refusal)

    def _asset(self, scope: Any, protocol: Any) -> None:
        """A built file from memory; no thread, no Django."""
        found = self._assets.files().get(scope.path[len(self._assets.PREFIX) :])
        if found is None:
            protocol.response_empty(404, list(SAFE))
            return
        headers, body = found.answer(scope.headers.get("accept-encoding") or "")
        protocol.response_bytes(200, [*headers.items(), *SAFE], body)

    def _too_large(self, protocol: Any) -> None:
        refusal = self._express.too_large()
        protocol.response_bytes(refusal.status, list(refusal.headers.items()), refusal.body)

    @staticmethod
    async def _body(scope: Any, protocol: Any, length: str) -> bytes | None:
        """The request's body; None when it is larger than any may be. Raises TimeoutError, ProtocolClosed."""
        if scope.method in ("GET", "HEAD") and length in ("", "0") and not scope.headers.get("transfer-encoding"):
            return b""
        async with asyncio.timeout(BODY_SECONDS):
            if length:
                return bytes(await protocol())
            parts, size = [], 0
            async for part in protocol:
                size += len(part)
                if size > MAX_BODY:
                    return None
                parts.append(part)
            return b"".join(parts)

    async def _blocking(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    async def _lane(self, lane: Any, run: Any, scope: Any, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        started = time.perf_counter()
        request = self._request(scope.path, scope.query_string, scope.headers.get, body, self._blocking)
        answer = await lane.serve(run, request)
        request_id = record(scope.method, scope.path, answer.status, time.perf_counter() - started)
        more = (("X-Request-Id", request_id),) if request_id else ()
        return answer.status, [*answer.headers.items(), *SAFE, *more], answer.body

    def _serve_django(self, scope: Any, body: bytes | Stored) -> tuple[int, list[tuple[str, str]], bytes]:
        """In a thread: the request as WSGI has it, through Django."""
        told: list[Any] = []
        response = self._django(environ(scope, body), lambda status, headers, *_: told.extend((status, headers)))  # type: ignore[arg-type]
        try:
            answer = b"".join(response)
        finally:
            response.close()
        return int(told[0].split(" ", 1)[0]), told[1], answer


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _append(stream: IO[bytes], part: bytes) -> str:
    """In a thread. Why it could not be written; "" when it was."""
    try:
        stream.write(part)
    except OSError as error:
        return error.strerror or "error"
    return ""


def environ(scope: Any, body: bytes | Stored) -> dict[str, Any]:
    """A WSGI environment (PEP 3333) of an RSGI scope. A body that was refused is empty, and `zhanggui.refused` says why."""
    if isinstance(body, bytes):
        body = Stored(io.BytesIO(body), len(body))
    host, _, port = (scope.server or "").rpartition(":")
    found = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),  # the server has decoded it; twice would be another path
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host or "localhost",
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body.stream,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": "0" if body.refusal else str(body.size),
    }
    if body.refusal:
        found["zhanggui.refused"], found["zhanggui.size"] = body.refusal, body.size
    if scope.authority:
        found["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if name == "content-type":
            found["CONTENT_TYPE"] = value
        elif name != "content-length" and "_" not in name:
            key = "HTTP_" + name.upper().replace("-", "_")
            found[key] = f"{found[key]},{value}" if key in found and key != "HTTP_HOST" else value
    return found


application = Application()
