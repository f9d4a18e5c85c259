"""What the buttons of the editor do to the data: add, copy, move and drop blocks and entries of lists."""

from __future__ import annotations

import copy
from typing import Any

from zhanggui.content.selectors import new_id
from zhanggui.content.types import BLOCKS, Part

from ..access import number_in
from .fields import blank, kind_of

Blocks = list[dict[str, Any]]


def step(blocks: Blocks, do: str) -> str:
    """Carry out a button's wish (`up-block:hero-1`, `add:b.hero-1.slides`) on the blocks; where to look afterwards.

    A wish that makes no sense changes nothing.
    """
    verb, _, what = do.partition(":")
    if verb == "add-block":
        return _add_block(blocks, what)
    if verb.endswith("-block"):
        return _move_block(blocks, verb.removesuffix("-block"), what)
    for block in blocks:
        if what.startswith(f"b.{block['id']}."):
            entry(BLOCKS[block["type"]], block, verb, what.removeprefix(f"b.{block['id']}."))
            return str(block["id"])
    return ""


def _add_block(blocks: Blocks, what: str) -> str:
    kind, _, after = what.partition("@")
    if kind not in BLOCKS:
        return ""
    block_id = new_id(kind, {block["id"] for block in blocks})
    made = {**BLOCKS[kind](type=kind, id=block_id).model_dump(mode="json")}
    place = next((i + 1 for i, block in enumerate(blocks) if block["id"] == after), len(blocks))
    blocks.insert(place, made)
    return block_id


def _move_block(blocks: Blocks, verb: str, block_id: str) -> str:
    place = next((i for i, block in enumerate(blocks) if block["id"] == block_id), None)
    if place is None:
        return ""
    if verb == "drop":
        del blocks[place]
        return str(blocks[min(place, len(blocks) - 1)]["id"]) if blocks else ""
    if verb == "copy":
        twin = copy.deepcopy(blocks[place])
        twin["id"] = new_id(twin["type"], {block["id"] for block in blocks})
        blocks.insert(place + 1, twin)
        return str(twin["id"])
    if verb in ("hide", "show"):
        blocks[place]["hidden"] = verb == "hide"
    elif verb in ("up", "down"):
        _shift(blocks, place, -1 if verb == "up" else 1)
    return block_id


def entry(model: type[Part], data: dict[str, Any], verb: str, path: str) -> None:
    """The same for an entry of a list somewhere below a part: `slides` to add to, `slides.2` to move or drop."""
    key, _, rest = path.partition(".")
    if key not in model.model_fields or kind_of(model, key)[0] != "list":
        return
    hint = kind_of(model, key)[1]
    entries = data.setdefault(key, [])
    if not rest:
        if verb == "add":
            entries.append(blank(hint))
        return
    index, _, deeper = rest.partition(".")
    at = number_in(index, 4)
    if at is None or at >= len(entries):
        return
    if deeper:
        entry(hint, entries[at], verb, deeper)
    elif verb == "drop":
        del entries[at]
    elif verb in ("up", "down"):
        _shift(entries, at, -1 if verb == "up" else 1)


def _shift(entries: list[Any], place: int, by: int) -> None:
    target = place + by
    if 0 <= target < len(entries):
        entries[place], entries[target] = entries[target], entries[place]
