"""Pure decisions: whether given data is a page, what it lacks, what it shows, in what two of them differ."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import ValidationError

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, ValidationFailed
from zhanggui.kernel.validation import model_errors

from . import labels
from .blocks import BLOCKS, MAX_BLOCKS, Block, Brands, Categories, Shelf
from .parts import Gap, Head, Part, Picture, Words, untranslated
from .states import HOME
from .types import LISTS, Difference, PageContent

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OWN_HREF = re.compile(r'href="(/(?!/)[^"]*)"')
MOST_DIFFERENCES = 60
SHOWN_VALUE = 200
THERE = "✓"  # in a difference: the block is on the page


def content(data: Mapping[str, Any]) -> PageContent:
    """Data as a page's content, cleaned. Raises ValidationFailed with every fault (`blocks.0.slides.1.link`)."""
    errors: list[FieldError] = []
    head = Head()
    try:
        head = Head.model_validate({name: value for name, value in data.items() if name != "blocks"})
    except ValidationError as invalid:
        errors += model_errors(invalid)
    if not errors and not head.title.zh:
        errors.append(FieldError("title.zh", "required", Text("请填写标题", "write the title")))
    blocks, faults = _blocks(data.get("blocks") or [])
    if errors + faults:
        raise ValidationFailed(errors=errors + faults)
    return PageContent(head.title, head.summary, head.cover, tuple(blocks))


def _blocks(given: Any) -> tuple[list[Block], list[FieldError]]:
    if not isinstance(given, list | tuple):
        return [], [FieldError("blocks", "type", Text("应为列表", "must be a list"))]
    if len(given) > MAX_BLOCKS:
        return [], [FieldError("blocks", "too_many", Text(f"最多 {MAX_BLOCKS} 个版块", f"at most {MAX_BLOCKS} blocks"))]
    found: list[Block] = []
    errors: list[FieldError] = []
    used = {raw["id"] for raw in given if isinstance(raw, Mapping) and isinstance(raw.get("id"), str)}
    for index, raw in enumerate(given):
        kind = BLOCKS.get(str(raw.get("type"))) if isinstance(raw, Mapping) else None
        if kind is None:
            errors.append(FieldError(f"blocks.{index}.type", "unknown", Text("没有这种版块", "there is no such block")))
            continue
        named = dict(raw)
        if not named.get("id"):
            named["id"] = new_id(named["type"], used)
            used.add(named["id"])
        try:
            found.append(kind.model_validate(named))
        except ValidationError as invalid:
            errors += [FieldError(f"blocks.{index}.{e.loc}", e.code, e.message) for e in model_errors(invalid)]
    ids = [block.id for block in found]
    if len(ids) != len(set(ids)):
        errors.append(FieldError("blocks", "duplicate", Text("版块编号重复", "two blocks have one id")))
    return found, errors


def new_id(kind: str, used: set[str]) -> str:
    """An id no block of the page has: `hero-1`."""
    number = 1
    while (name := f"{kind.replace('_', '-')}-{number}") in used:
        number += 1
    return name


def stored(data: Mapping[str, Any]) -> PageContent:
    """A content that was checked when it was stored. A block whose kind is no longer known is left out."""
    head = Head.model_validate({name: data[name] for name in Head.model_fields if name in data})
    blocks = tuple(BLOCKS[raw["type"]].model_validate(raw) for raw in data["blocks"] if raw["type"] in BLOCKS)
    return PageContent(head.title, head.summary, head.cover, blocks)


def site_part(kind: type[Part], data: Mapping[str, Any]) -> Part:
    """Data as a part of the site. Raises ValidationFailed."""
    try:
        return kind.model_validate(dict(data))
    except ValidationError as invalid:
        raise ValidationFailed(errors=model_errors(invalid)) from None


def slug(text: str) -> str:
    """An address in lower case. Raises ValidationFailed."""
    name = text.strip().lower()
    if len(name) > 80 or not _SLUG.fullmatch(name):
        raise ValidationFailed.one(
            "slug", "slug", "地址只能用小写字母、数字和连字符", "small letters, digits and hyphens only"
        )
    return name


# --- what a page names -------------------------------------------------------------------------------------------


def goods(page: PageContent) -> Iterator[tuple[str, str, int]]:
    """What blocks name of the catalogue by id: where, of which kind (product, category, brand), which."""
    for index, block in enumerate(page.blocks):
        loc = f"blocks.{index}"
        if isinstance(block, Shelf):
            yield from ((f"{loc}.product_ids", "product", one) for one in block.product_ids)
            if block.category_id:
                yield f"{loc}.category_id", "category", block.category_id
            if block.brand_id:
                yield f"{loc}.brand_id", "brand", block.brand_id
        elif isinstance(block, Categories):
            for place, item in enumerate(block.items):
                if item.category_id:
                    yield f"{loc}.items.{place}.category_id", "category", item.category_id
        elif isinstance(block, Brands):
            yield from ((f"{loc}.brand_ids", "brand", one) for one in block.brand_ids)


def links(value: Any) -> Iterator[str]:
    """Every link within the shop anywhere below a part, those of its rich texts too."""
    if isinstance(value, Words):
        if value.HTML:
            yield from (unescape(href) for text in (value.zh, value.en) for href in _OWN_HREF.findall(text))
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from links(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from links(item)
    elif isinstance(value, str) and value.startswith("/"):
        yield value


class Spoken(NamedTuple):
    """Words of a part in both languages, as one text, and the links that stand with them."""

    text: str
    links: tuple[str, ...]


def texts_with_links(value: Any) -> Iterator[Spoken]:
    """What each part of a block says, with where that part leads: an advertisement speaks of the product it links to."""
    if isinstance(value, Words):
        yield Spoken(f"{value.zh} {value.en}", tuple(links(value)))
    elif isinstance(value, Part):
        own = [getattr(value, name) for name in type(value).model_fields]
        said = " ".join(f"{each.zh} {each.en}" for each in own if isinstance(each, Words))
        if said.strip():
            yield Spoken(said, tuple(links(value)))
        for each in own:
            if not isinstance(each, Words):
                yield from texts_with_links(each)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_with_links(item)


def leads(link: str, kind: str, name: str) -> bool:
    """Whether a link within the shop leads to the goods of a category or brand (its slug), or filters by an attribute."""
    address = urlsplit(link)
    asked = parse_qsl(address.query, keep_blank_values=True)
    if kind not in LISTS:
        return any(key == f"attr.{name}" for key, _ in asked)
    path, parameter = LISTS[kind]
    return unquote(address.path) == path + name or any(
        key == parameter and name in value.split(",") for key, value in asked
    )


# --- what a page shows --------------------------------------------------------------------------------------------


def visible(page: PageContent) -> tuple[Block, ...]:
    return tuple(block for block in page.blocks if not block.hidden)


def ads(page: PageContent) -> int:
    """Advertisements visible at once, on phones or on desktops, whichever shows more (SFR-03)."""
    blocks = visible(page)
    return max(sum(block.ads for block in blocks if block.on in ("all", device)) for device in ("phone", "desktop"))


def gaps(kind: str, page: PageContent, ad_slots: int) -> list[Gap]:
    """What has to be done before the page can be published."""
    found: list[Gap] = []
    if not visible(page):
        found.append(("blocks", Text("页面上还没有内容", "there is nothing on the page yet")))
    for index, block in enumerate(page.blocks):
        if not block.hidden:
            found += [(f"blocks.{index}.{loc}", text) for loc, text in block.gaps()]
    shown = ads(page)
    if kind == HOME and shown > ad_slots:
        found.append(
            (
                "blocks",
                Text(
                    f"首页同时可见的广告位有 {shown} 个，最多 {ad_slots} 个：请把多出的放进轮播，或隐藏",
                    f"{shown} advertisements are visible at once, at most {ad_slots}: move some into the carousel or hide them",
                ),
            )
        )
    return found


def missing_english(page: PageContent) -> list[str]:
    """Where a Chinese text has no English."""
    found = [*untranslated(page.title, "title"), *untranslated(page.summary, "summary")]
    return found + [loc for i, block in enumerate(page.blocks) for loc in untranslated(block, f"blocks.{i}")]


# --- in what two contents differ ----------------------------------------------------------------------------------


def differences(mine: PageContent, theirs: PageContent) -> list[Difference]:
    """What is not the same, blocks followed by their ids wherever they stand; at most `MOST_DIFFERENCES`."""
    found: list[Difference] = []
    for name in ("title", "summary", "cover"):
        found += _fields(name, labels.of(name), getattr(mine, name), getattr(theirs, name))
    ours, others = {b.id: b for b in mine.blocks}, {b.id: b for b in theirs.blocks}
    for block_id in dict.fromkeys([*ours, *others]):
        found += _block(block_id, ours.get(block_id), others.get(block_id))
    common = [b.id for b in mine.blocks if b.id in others]
    if common != [b.id for b in theirs.blocks if b.id in ours]:
        found.append(Difference("blocks", labels.of("blocks"), _order(mine.blocks), _order(theirs.blocks)))
    return found[:MOST_DIFFERENCES]


def _block(block_id: str, mine: Block | None, theirs: Block | None) -> Iterator[Difference]:
    one = mine or theirs
    assert one is not None
    label = type(one).LABEL
    if mine is None or theirs is None or type(mine) is not type(theirs):
        yield Difference(f"blocks.{block_id}", label, THERE if mine else "", THERE if theirs else "")
        return
    for name in type(mine).model_fields:
        yield from _fields(
            f"blocks.{block_id}.{name}", _within(label, name), getattr(mine, name), getattr(theirs, name)
        )


def _fields(loc: str, where: Text, mine: Any, theirs: Any) -> Iterator[Difference]:
    if mine == theirs:
        return
    if isinstance(mine, Words) and isinstance(theirs, Words):
        for lang in ("zh", "en"):
            if getattr(mine, lang) != getattr(theirs, lang):
                yield Difference(f"{loc}.{lang}", where, _short(getattr(mine, lang)), _short(getattr(theirs, lang)))
    elif isinstance(mine, Picture) or not isinstance(mine, Part | tuple):
        yield Difference(loc, where, _short(mine), _short(theirs))
    elif isinstance(mine, Part):
        for name in type(mine).model_fields:
            yield from _fields(f"{loc}.{name}", _within(where, name), getattr(mine, name), getattr(theirs, name))
    elif len(mine) != len(theirs) or not all(isinstance(item, Part) for item in mine):
        yield Difference(loc, where, _listed(mine), _listed(theirs))
    else:
        for index, (left, right) in enumerate(zip(mine, theirs, strict=True)):
            place = Text(f"{where.zh} {index + 1}", f"{where.en} {index + 1}")
            yield from _fields(f"{loc}.{index}", place, left, right)


def _within(where: Text, name: str) -> Text:
    field = labels.of(name)
    return Text(f"{where.zh} · {field.zh}", f"{where.en} · {field.en}")


def _listed(items: Sequence[Any]) -> str:
    if all(isinstance(item, Part) for item in items):
        return f"{len(items)}"
    return _short(", ".join(map(str, items)))


def _order(blocks: Sequence[Block]) -> str:
    return _short(" → ".join(block.title.zh or type(block).LABEL.zh for block in blocks))


def _short(value: Any) -> str:
    text = value.url if isinstance(value, Picture) else "" if value is None else str(value)
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"


def sold_over(units: int) -> int:
    """A true round number for "sold over …" (SFR-10): the first digit is kept, what follows is left out."""
    if units < 100:
        return units
    step: int = 10 ** (len(str(units)) - 1)
    return units // step * step
