"""Bodies larger than others: taken to disk from those who may import, answered with a page that says what is too large."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections

from tests.factories import accounts as make
from zhanggui.accounts import services as accounts
from zhanggui.config import rsgi
from zhanggui.integrations import selectors
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import SYSTEM

pytestmark = pytest.mark.django_db
MARK = "xyz"
HEAD = "Handle,Title,Body (HTML),Vendor,Type,Variant SKU,Variant Price,Variant Inventory Qty\n"


class Here(rsgi.Application):
    """Blocking work is done in this thread, whose transaction is the test's."""

    async def _blocking(self, function: Any, *arguments: Any) -> Any:
        return function(*arguments)


class Scope:
    """A form with files as the server hands it over."""

    proto, http_version, scheme, authority, method = "http", "1.1", "http", "mall.test", "POST"
    server, client, query_string, path = "127.0.0.1:8000", "127.0.0.1:50000", "", "/office/imports/new"

    def __init__(self, token: str, length: int) -> None:
        self.headers = {
            "cookie": f"zg_staff={token}; other=1",
            "content-type": f"multipart/form-data; boundary={MARK}",
            "content-length": str(length),
            "sec-fetch-site": "same-origin",
            "accept-language": "zh-CN",
        }


class Protocol:
    """A body in parts; what was answered."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.read = parts, 0
        self.status, self.answer = 0, b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            self.read += len(part)
            yield part

    async def __call__(self) -> bytes:
        return b"".join(self.parts)

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.answer = status, body


@pytest.fixture(autouse=True)
def _mall(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    # a request begins and ends with a look at its connection, which would end the test's transaction
    monkeypatch.setattr(connections[DEFAULT_DB_ALIAS], "close_if_unusable_or_obsolete", lambda: None)
    mall_settings.put("imports.upload_mb", 30, actor=SYSTEM)


def form(size: int) -> list[bytes]:
    """A file of about `size` bytes with one product, in parts of 64 KB."""
    row = b"p-1,Lamp,,,,S-1,9.90,5\n"
    filler = (b"x" * 1023 + b"\n") * ((size - len(HEAD)) // 1024)
    head = f'--{MARK}\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n{HEAD}'.encode()
    action = f'\r\n--{MARK}\r\nContent-Disposition: form-data; name="action"\r\n\r\nimport\r\n--{MARK}--\r\n'.encode()
    body = head + row + filler + action
    return [body[at : at + 65_536] for at in range(0, len(body), 65_536)]


def sent(role: str, protocol: Protocol) -> Protocol:
    token = accounts.token_for_staff(make.staff(role).label).token
    ours = connections[DEFAULT_DB_ALIAS]

    async def ask() -> None:
        connections[DEFAULT_DB_ALIAS] = ours  # inside a loop there would be another, which sees nothing of the test
        await Here().__rsgi__(Scope(token, sum(map(len, protocol.parts))), protocol)

    asyncio.run(ask())
    return protocol


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_body_beyond_the_ordinary_limit_comes_in_whole(tmp_path: Path) -> None:
    done = sent("editor", Protocol(form(28 << 20)))
    assert done.status == 303, done.answer[:2000].decode()
    job = selectors.imports().items[0]
    assert job.files[0].size > 27 << 20
    assert [path.name for path in files(tmp_path)] == ["a.csv"], "what it came through is gone"


def test_more_than_the_malls_limit_is_read_to_its_end_and_refused_in_words(tmp_path: Path) -> None:
    told = sent("editor", Protocol(parts := form(33 << 20)))
    assert told.status == 413
    assert "超过上限 30 MB" in told.answer.decode()
    assert told.read == sum(map(len, parts)), "else the browser would show a broken connection"
    assert not files(tmp_path)


@pytest.mark.parametrize("role", ["service", "warehouse"])
def test_from_others_nothing_is_taken_in(role: str, tmp_path: Path) -> None:
    told = sent(role, Protocol(form(28 << 20)))
    assert (told.status, told.read) == (403, 0)
    assert "catalog.import" in told.answer.decode()
    assert not files(tmp_path)


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rsgi, "_append", lambda stream, part: "No space left on device")
    told = sent("editor", Protocol(form(2 << 20)))
    assert told.status == 507
    assert "No space left on device" in told.answer.decode()
    assert not files(tmp_path)


def test_a_sender_who_falls_silent_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rsgi, "BODY_SECONDS", 0.05)

    class Silent(Protocol):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"x"
            await asyncio.sleep(5)

        def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
            self.status = status

    assert sent("editor", Silent([])).status == 408
