"""A posted form as data of content. It refuses nothing: what is wrong is said by content, and shown where it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.core.files.uploadedfile import UploadedFile

from zhanggui.content.types import BLOCKS, Part

from ..access import id_in
from .fields import SILENT, kind_of

MOST_ENTRIES = 100


class Posted(Protocol):
    """What Django gives of a form."""

    def get(self, name: str, default: str = "", /) -> Any: ...
    def getlist(self, name: str, /) -> list[Any]: ...


Keep = Callable[[str, UploadedFile], dict[str, Any] | None]
Resolve = Callable[[str, str], list[int]]


def part(
    model: type[Part], post: Posted, files: Mapping[str, Any], name: str, keep: Keep, resolve: Resolve
) -> dict[str, Any]:
    """The data of a part whose inputs begin with `name`. `keep` stores a picture, `resolve` finds goods by what was typed."""
    found: dict[str, Any] = {}
    for key in model.model_fields:
        if key in SILENT:
            continue
        kind, hint, _ = kind_of(model, key)
        at = f"{name}.{key}"
        if kind == "words":
            found[key] = {"zh": post.get(f"{at}.zh", ""), "en": post.get(f"{at}.en", "")}
        elif kind == "picture":
            found[key] = _picture(post, files, at, keep)
        elif kind == "flag":
            found[key] = post.get(at, "") == "1"
        elif kind == "ids":
            kept = [_whole(value) for value in post.getlist(at)]
            found[key] = list(dict.fromkeys([*(one for one in kept if one), *resolve(key, post.get(f"{at}.add", ""))]))
        elif kind == "one":
            found[key] = _whole(post.get(at, "")) or None
        elif kind == "texts":
            found[key] = list(post.getlist(at))
        elif kind == "list":
            keys = [each for each in post.getlist(at) if str(each).isdigit()][:MOST_ENTRIES]
            found[key] = [part(hint, post, files, f"{at}.{each}", keep, resolve) for each in keys]
        else:
            found[key] = post.get(at, "")
    return found


def blocks(post: Posted, files: Mapping[str, Any], keep: Keep, resolve: Resolve) -> list[dict[str, Any]]:
    """The blocks of a page in the order of their hidden inputs."""
    found = []
    for block_id in dict.fromkeys(post.getlist("order")[:MOST_ENTRIES]):
        kind = BLOCKS.get(post.get(f"b.{block_id}.type", ""))
        if kind is not None:
            data = part(kind, post, files, f"b.{block_id}", keep, resolve)
            found.append({**data, "type": post.get(f"b.{block_id}.type"), "id": str(block_id)[:24]})
    return found


def _picture(post: Posted, files: Mapping[str, Any], at: str, keep: Keep) -> dict[str, Any]:
    sent = files.get(f"{at}.file")
    if isinstance(sent, UploadedFile) and (kept := keep(at, sent)) is not None:
        return kept
    if post.get(f"{at}.drop", "") == "1":
        return {"url": "", "width": 0, "height": 0}
    return {
        "url": post.get(f"{at}.url", ""),
        "width": _whole(post.get(f"{at}.width", "")) or 0,
        "height": _whole(post.get(f"{at}.height", "")) or 0,
    }


def _whole(text: Any) -> int | None:
    """A positive number as typed; None for anything else."""
    return id_in(str(text).strip())
