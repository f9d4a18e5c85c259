"""Pure rules: what a text, an attribute and an option may be. They clean what can be cleaned and name what cannot."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import nh3
import orjson

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError

from .types import AttributeKind, AttributeView, SkuDraft

TITLE_LIMIT = 300
HTML_LIMIT = 1_000_000
NAME_LIMIT = 100
VALUE_LIMIT = 2_000
TOKEN_LIMIT = 100
TAG_LIMIT = 60
MAX_TAGS = 50
MAX_ATTRIBUTES = 200
MAX_OPTIONS = 10
MAX_SKUS = 2_000
MAX_WEIGHT_G = 100_000_000
MEDIA_URL = "/media/"

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_SEVERAL = re.compile(r"[,;|,;、\n]")
_CODE = re.compile(r"[A-Z0-9]{1,32}")
_YES = frozenset({"yes", "true", "1", "y", "是", "有"})
_NO = frozenset({"no", "false", "0", "n", "否", "无"})

_HTML = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS | {"section", "video", "source"},
    attributes={
        **{tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
        "video": {"src", "poster", "controls", "width", "height"},
        "source": {"src", "type"},
    },
    url_schemes={"http", "https"},
    link_rel="noopener noreferrer nofollow",
)


def visible(text: str) -> str:
    """Without control characters, broken surrogates and marks that turn the direction of what follows."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def line(text: str) -> str:
    """A text of one line: visible, spaces collapsed."""
    return " ".join(visible(text).split())


def html(text: str) -> str:
    """A description that can be shown as it is: no script, no style that escapes, links that promise nothing."""
    return _HTML.clean(visible(text)) if text else ""


def media_url(file: str) -> str:
    """The URL path of a stored file; empty for none."""
    return MEDIA_URL + file if file else ""


def too_long(loc: str, text: str, limit: int) -> list[FieldError]:
    if len(text) <= limit:
        return []
    return [
        FieldError(
            loc, "too_long", Text(f"最多 {limit} 个字，现有 {len(text)} 个", f"{len(text)} characters, at most {limit}")
        )
    ]


def required(loc: str, text: str) -> list[FieldError]:
    return [] if text else [FieldError(loc, "required", Text("不能为空", "must not be empty"))]


def check_texts(title: str, subtitle: str, description: str, tags: Sequence[str]) -> list[FieldError]:
    """What is wrong with the (already cleaned) texts of a product."""
    errors = required("title", title) + too_long("title", title, TITLE_LIMIT)
    errors += too_long("subtitle", subtitle, TITLE_LIMIT) + too_long("description_html", description, HTML_LIMIT)
    if len(tags) > MAX_TAGS:
        errors.append(FieldError("tags", "too_many", Text(f"最多 {MAX_TAGS} 个标签", f"at most {MAX_TAGS} tags")))
    for position, tag in enumerate(tags):
        errors += too_long(f"tags.{position}", tag, TAG_LIMIT)
    return errors


def english_attributes(given: Mapping[str, Any]) -> tuple[dict[str, str], list[FieldError]]:
    """English of free-text values, by attribute name; also what is too long."""
    kept = {line(str(name)): line(str(value)) for name, value in given.items()}
    kept = {name: value for name, value in kept.items() if name and value}
    errors = [e for n, v in kept.items() for e in too_long(f"attributes_en.{n[:60]}", v, VALUE_LIMIT)]
    if len(kept) > MAX_ATTRIBUTES:
        errors.append(
            FieldError(
                "attributes_en",
                "too_many",
                Text(f"最多 {MAX_ATTRIBUTES} 项属性", f"at most {MAX_ATTRIBUTES} attributes"),
            )
        )
    return kept, errors


def check_english(title: str, subtitle: str, description: str) -> list[FieldError]:
    """What is wrong with the (already cleaned) English texts of a product; all may be empty."""
    errors = too_long("title_en", title, TITLE_LIMIT) + too_long("subtitle_en", subtitle, TITLE_LIMIT)
    return errors + too_long("description_html_en", description, HTML_LIMIT)


def in_english(value: Any, choices_en: Mapping[str, str]) -> Any:
    """A value by the English words of its definition; what has none stays as it is."""
    if isinstance(value, list | tuple):
        return [choices_en.get(single, single) for single in value]
    return choices_en.get(value, value) if isinstance(value, str) else value


def options_in_english(options: Mapping[str, str], definitions: Mapping[str, AttributeView]) -> dict[str, str]:
    """A variant's axes and values as an English page says them."""
    found: dict[str, str] = {}
    for name, value in options.items():
        definition = definitions.get(name)
        label = (definition.label_en or name) if definition else name
        found[label] = definition.choices_en.get(value, value) if definition else value
    return found


def clean_tags(tags: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tag for tag in map(line, tags) if tag))


def clean_options(options: Mapping[str, str]) -> dict[str, str]:
    cleaned = {line(str(name)): line(str(value)) for name, value in options.items()}
    return {name: value for name, value in cleaned.items() if name and value}


def clean_sku(sku: SkuDraft, position: int) -> SkuDraft:
    options = clean_options(sku.options)
    return SkuDraft(line(sku.code), options, line(sku.barcode), sku.weight_g, position, sku.active)


def options_text(options: Mapping[str, str]) -> str:
    """How a variant is named in a cart: its values in their order."""
    return " / ".join(options.values())[:300]


def check_skus(skus: Sequence[SkuDraft]) -> list[FieldError]:
    """What is wrong with the (already cleaned) variants of one product."""
    if not skus:
        return [FieldError("skus", "required", Text("至少要有一个规格", "there must be at least one variant"))]
    if len(skus) > MAX_SKUS:
        return [FieldError("skus", "too_many", Text(f"最多 {MAX_SKUS} 个规格", f"at most {MAX_SKUS} variants"))]
    errors: list[FieldError] = []
    codes: set[str] = set()
    options: set[str] = set()
    for position, sku in enumerate(skus):
        loc = f"skus.{position}"
        errors += too_long(f"{loc}.code", sku.code, 64) + too_long(f"{loc}.barcode", sku.barcode, 64)
        if not 0 <= sku.weight_g <= MAX_WEIGHT_G:
            errors.append(
                FieldError(f"{loc}.weight_g", "range", Text("重量（克）超出范围", "weight in grams out of range"))
            )
        if len(sku.options) > MAX_OPTIONS:
            errors.append(FieldError(f"{loc}.options", "too_many", Text("规格项过多", "too many options")))
        for name, value in sku.options.items():
            errors += too_long(f"{loc}.options", name, NAME_LIMIT) + too_long(
                f"{loc}.options.{name[:60]}", value, NAME_LIMIT
            )
        if sku.code and sku.code in codes:
            errors.append(FieldError(f"{loc}.code", "duplicate_sku", Text("商家编码重复", "this code is used twice")))
        codes.add(sku.code)
        key = orjson.dumps(dict(sku.options), option=orjson.OPT_SORT_KEYS).decode()
        if sku.active and key in options:
            errors.append(
                FieldError(f"{loc}.options", "duplicate_variant", Text("规格重复", "this variant is there twice"))
            )
        if sku.active:
            options.add(key)
    return errors


def none_active() -> FieldError:
    return FieldError("skus", "none_active", Text("没有可售的规格", "there is no active variant"))


def check_category_code(code: str) -> list[FieldError]:
    if _CODE.fullmatch(code):
        return []
    return [
        FieldError("code", "invalid", Text("分类编码应为 1–32 个大写字母或数字", "1 to 32 capital letters or digits"))
    ]


def attributes(
    given: Mapping[str, Any], definitions: Mapping[str, AttributeView]
) -> tuple[dict[str, Any], list[FieldError]]:
    """Attribute values in the types of their definitions; undefined ones are kept as text. Also what could not be kept."""
    kept: dict[str, Any] = {}
    errors: list[FieldError] = []
    if len(given) > MAX_ATTRIBUTES:
        return kept, [
            FieldError(
                "attributes", "too_many", Text(f"最多 {MAX_ATTRIBUTES} 项属性", f"at most {MAX_ATTRIBUTES} attributes")
            )
        ]
    for raw, value in given.items():
        name = line(str(raw))
        loc = f"attributes.{name[:60]}"
        if not name or value is None or value == "" or value == []:
            continue
        if problem := too_long(loc, name, NAME_LIMIT):
            errors += problem
            continue
        definition = definitions.get(name)
        try:
            kept[name] = _typed(definition, value) if definition else _as_text(value)
        except _Unfit as unfit:
            errors.append(FieldError(loc, "invalid", unfit.text))
    return kept, errors


def missing_attributes(given: Mapping[str, Any], definitions: Mapping[str, AttributeView]) -> list[FieldError]:
    """Required attributes that have no value."""
    return [
        FieldError(
            f"attributes.{d.name}",
            "required",
            Text(f"请填写「{d.label_zh}」", f"{d.label_en or d.label_zh} is required"),
        )
        for d in definitions.values()
        if d.required and d.name not in given
    ]


def filter_value(value: Any) -> str:
    """How one value is written in a filter (`attr.NAME=value`)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def token(name: str, value: Any) -> str:
    return f"{name}={filter_value(value)}"


def tokens(
    values: Mapping[str, Any], definitions: Mapping[str, AttributeView], options: Iterable[Mapping[str, str]]
) -> list[str]:
    """What a product can be filtered by: its filterable attributes and the options of its active variants."""
    found: dict[str, None] = {}
    for name, value in values.items():
        definition = definitions.get(name)
        if definition and definition.filterable:
            for single in value if isinstance(value, list) else [value]:
                if len(filter_value(single)) <= TOKEN_LIMIT:
                    found[token(name, single)] = None
    for option in options:
        for name, value in option.items():
            found[token(name, value)] = None
    return list(found)


class _Unfit(Exception):
    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)


def _as_text(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return filter_value(value)
    if isinstance(value, list | tuple):
        return [_short(line(str(part))) for part in value if line(str(part))]
    return _short(line(str(value)))


def _short(text: str) -> str:
    if len(text) > VALUE_LIMIT:
        raise _Unfit(f"最多 {VALUE_LIMIT} 个字", f"at most {VALUE_LIMIT} characters")
    return text


def _typed(definition: AttributeView, value: Any) -> Any:
    if definition.kind == AttributeKind.NUMBER:
        return _number(value)
    if definition.kind == AttributeKind.BOOL:
        return _bool(value)
    if definition.kind == AttributeKind.MULTI:
        parts = value if isinstance(value, list | tuple) else _SEVERAL.split(str(value))
        return list(dict.fromkeys(_chosen(definition, part) for part in parts if line(str(part))))
    if isinstance(value, list | tuple):
        raise _Unfit("只能有一个值", "takes one value")
    return _chosen(definition, value) if definition.kind == AttributeKind.CHOICE else _short(line(str(value)))


def _chosen(definition: AttributeView, value: Any) -> str:
    text = _short(line(str(value)))
    if definition.choices and text not in definition.choices:
        shown = "、".join(definition.choices[:20])
        raise _Unfit(f"「{text[:60]}」不在可选值中：{shown}", f"{text[:60]!r} is not one of: {shown}")
    return text


def _number(value: Any) -> Any:
    try:
        number = Decimal(str(value).strip()) if not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) >= 10**15 or number.normalize().as_tuple().exponent < -9:  # type: ignore[operator]
        raise _Unfit("应为数字", "must be a number")
    return int(number) if number == number.to_integral_value() else orjson.loads(format(number.normalize(), "f"))


def _bool(value: Any) -> bool:
    text = str(value).strip().lower()
    if text in _YES or text in _NO:
        return text in _YES
    raise _Unfit("应为是或否", "must be yes or no")
