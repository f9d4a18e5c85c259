"""The language of a page: the visitor's choice (cookie `zg_lang`), else the browser's."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from django.http import HttpRequest

from zhanggui.kernel.i18n import EN, LANGUAGES, ZH, Text, pick_language

COOKIE = "zg_lang"
_current: ContextVar[str] = ContextVar("zhanggui_language", default=ZH)


@lru_cache(maxsize=256)
def _by_header(header: str) -> str:
    return pick_language(header)


def of(request: HttpRequest) -> str:
    """`zh-Hans` or `en`."""
    return choose(request.COOKIES.get(COOKIE), request.META.get("HTTP_ACCEPT_LANGUAGE"))


def choose(cookie: str | None, header: str | None) -> str:
    """The language of a request whose cookie and `Accept-Language` are known."""
    return cookie if cookie in LANGUAGES else _by_header(header or "")


def current() -> str:
    """The language of the page that is being written."""
    return _current.get()


def use(lang: str) -> None:
    """From here on, in this thread or task, pages are written in `lang`."""
    _current.set(lang)


def t(zh: str, en: str) -> str:
    """One of a pair, for templates: `{{ t('购物车', 'Cart') }}`."""
    return en if _current.get() == EN else zh


def say(value: Text | Mapping[str, str] | str | None, /, **params: Any) -> str:
    """A `Text`, a stored pair (`{"zh": …, "en": …}`) or plain words in the language of the page."""
    if isinstance(value, Text):
        return value.render(_current.get(), **params)
    if isinstance(value, Mapping):
        zh = value.get("zh") or value.get(ZH) or ""
        return (value.get("en") or zh) if _current.get() == EN else (zh or value.get("en") or "")
    return value or ""
