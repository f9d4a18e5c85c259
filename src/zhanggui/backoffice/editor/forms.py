"""The page's form for its template: trees of fields, and one `FormState` with every value and mistake by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhanggui.content.types import BLOCKS, Head, Part, field_label
from zhanggui.kernel.i18n import ZH, Text
from zhanggui.kernel.problems import Problem
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import say

from .fields import COMMON, Node, nodes


@dataclass(slots=True)
class BlockForm:
    """A block as it is edited."""

    id: str
    type: str
    label: Text
    help: Text
    icon: str
    caption: str
    hidden: bool
    nodes: list[Node]
    common: list[Node]
    wrong: bool


def block_forms(blocks: Sequence[Mapping[str, Any]], errors: Mapping[str, list[str]]) -> list[BlockForm]:
    """The blocks of a page with their fields."""
    found = []
    for index, data in enumerate(blocks):
        kind = BLOCKS[data["type"]]
        loc = f"blocks.{index}"
        every = nodes(kind, data, f"b.{data['id']}", loc, errors)
        found.append(
            BlockForm(
                data["id"], data["type"], kind.LABEL, kind.HELP, kind.ICON, _caption(data), bool(data.get("hidden")),
                [node for node in every if node.key not in COMMON], [node for node in every if node.key in COMMON],
                any(at.startswith(loc + ".") or at == loc for at in errors),
            )
        )  # fmt: skip
    return found


def _caption(data: Mapping[str, Any]) -> str:
    """What tells a block from others of its kind."""
    for value in (data.get("title"), data.get("text"), *(_first(data, key) for key in ("slides", "items"))):
        if isinstance(value, Mapping) and value.get("zh"):
            return str(value["zh"])[:40]
    return ""


def _first(data: Mapping[str, Any], key: str) -> Any:
    entries = data.get(key)
    entry = entries[0] if isinstance(entries, list | tuple) and entries and isinstance(entries[0], Mapping) else {}
    return entry.get("title") or entry.get("question") or entry.get("label")


def errors_of(problem: Problem | None, lang: str = ZH) -> dict[str, list[str]]:
    """What is wrong, by place; the refusal itself under ""."""
    if problem is None:
        return {}
    found: dict[str, list[str]] = {"": [problem.detail(lang)]}
    for error in problem.errors:
        found.setdefault(error.loc, []).append(error.as_dict(lang)["message"])
    return found


def state(trees: Iterable[Node], errors: Mapping[str, list[str]], values: Mapping[str, Any]) -> FormState:
    """Every value and mistake by the name of its input; mistakes without a field stand above the form."""
    flat: dict[str, Any] = dict(values)
    wrong: dict[str, list[str]] = {}
    for node in _all(trees):
        _flatten(node, flat, wrong)
    if errors:
        told = {message for messages in wrong.values() for message in messages}
        rest = [message for loc, messages in errors.items() if loc for message in messages if message not in told]
        wrong[""] = [*errors.get("", ()), *dict.fromkeys(rest)]
        for name in values:
            if name in errors:
                wrong[name] = errors[name]
    return FormState(flat, wrong)


def _all(trees: Iterable[Node]) -> Iterable[Node]:
    for node in trees:
        yield node
        for _, below in node.items:
            yield from _all(below)


def _flatten(node: Node, flat: dict[str, Any], wrong: dict[str, list[str]]) -> None:
    pairs = node.kind in ("words", "html")
    if pairs or node.kind == "picture":
        given = node.value if isinstance(node.value, Mapping) else {}
        for key in ("zh", "en") if pairs else ("url", "width", "height"):
            flat[f"{node.name}.{key}"] = given.get(key, "")
        for below, messages in node.wrong.items():
            at = f"{node.name}.{below}" if below and pairs else f"{node.name}.zh" if pairs else node.name
            wrong.setdefault(at, []).extend(messages)
        return
    if node.kind == "flag":
        flat[node.name] = "1" if node.value else ""
    elif node.kind == "ids":
        flat[node.name] = [str(one) for one in node.value or ()]
    else:
        flat[node.name] = "" if node.value is None else node.value
    messages = [message for found in node.wrong.values() for message in found]
    if messages:
        wrong[node.name] = messages


def head_nodes(content: Mapping[str, Any], errors: Mapping[str, list[str]]) -> list[Node]:
    """Title, summary and cover of a page."""
    return nodes(Head, content, "h", "", errors)


def part_nodes(kind: type[Part], data: Mapping[str, Any], errors: Mapping[str, list[str]]) -> list[Node]:
    """The fields of a part of the site."""
    return nodes(kind, data, "p", "", errors)


def where(loc: str, blocks: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """A place of content in words, and the anchor of its block: `轮播大图 · 标题`, `b-hero-1`."""
    parts = loc.split(".")
    if parts[0] != "blocks" or len(parts) < 2 or not parts[1].isdigit() or int(parts[1]) >= len(blocks):
        return say(field_label(parts[0])), "page"
    block = blocks[int(parts[1])]
    names = [
        f"{int(part) + 1}" if part.isdigit() else field_label(part).render()
        for part in parts[2:]
        if part not in ("zh", "en")
    ]
    return " · ".join([say(BLOCKS[block["type"]].LABEL), *names]), f"b-{block['id']}"
