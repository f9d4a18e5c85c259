"""What blocks are built of: texts in both languages, pictures, links, colours. Frozen, and cleaned on the way in.

Nothing here insists on being filled: a draft may be unfinished. What is missing is asked for before publishing.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

import nh3
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from zhanggui.kernel.i18n import EN, Text
from zhanggui.kernel.money import to_minor
from zhanggui.kernel.validation import wrong

#: Something to do before publishing: where, and what.
Gap = tuple[str, Text]

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\"'<>]*")
_ABROAD = re.compile(r"https?://[A-Za-z0-9\u4e00-\u9fff.-]+(?::\d{1,5})?(?:[/?#][^\s\\\"'<>]*)?")
_REACH = re.compile(r"(?:tel:[+0-9-]{3,20}|mailto:[^\s\"'<>@]{1,64}@[^\s\"'<>@]{1,190})")
_MEDIA = re.compile(r"/media/[0-9a-z_-]+(?:/[0-9A-Za-z_.-]+)+")
_PRICE = re.compile(r"\d{1,8}(?:\.\d{1,2})?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")

_HTML = nh3.Cleaner(
    tags=nh3.ALLOWED_TAGS | {"section", "figure", "figcaption"},
    attributes={tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    url_schemes={"http", "https", "tel", "mailto"},
    link_rel="noopener noreferrer",
)


class Part(BaseModel):
    """Base of all that a page is made of."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    #: What its fields are called where the common names (`labels.FIELDS`) say too little.
    NAMES: ClassVar[dict[str, Text]] = {}


class Words(Part):
    """A text in both languages; English stands in Chinese until it is translated."""

    LIMIT: ClassVar[int] = 0
    LINES: ClassVar[bool] = False
    HTML: ClassVar[bool] = False

    zh: str = ""
    en: str = ""

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en or self.zh)

    def render(self, lang: str = "") -> str:
        return (self.en or self.zh) if lang == EN else self.zh

    def __bool__(self) -> bool:
        return bool(self.zh)


def clean_line(text: str) -> str:
    """One line: no control characters or turned direction, spaces collapsed."""
    return " ".join(_INVISIBLE.sub("", text).split())


def clean_lines(text: str) -> str:
    return _INVISIBLE.sub("", text.replace("\r\n", "\n")).strip()


def clean_html(text: str) -> str:
    """Rich text that can be shown as it is: no script, no style, no foreign frame."""
    return _HTML.clean(clean_lines(text)) if text else ""


def _text_of(value: Any) -> Any:
    return "" if value is None else value


@cache
def _words(limit: int, lines: bool, html: bool) -> type[Words]:
    clean = clean_html if html else clean_lines if lines else clean_line

    def fit(text: str) -> str:
        text = clean(text)
        if len(text) > limit:
            raise wrong(
                "too_long", f"最多 {limit} 个字，现有 {len(text)} 个", f"{len(text)} characters, at most {limit}"
            )
        return text

    one = Annotated[str, BeforeValidator(_text_of), AfterValidator(fit)]
    name = f"{'Html' if html else 'Lines' if lines else 'Line'}{limit}"
    made = create_model(name, __base__=Words, zh=(one, ""), en=(one, ""))
    made.LIMIT, made.LINES, made.HTML = limit, lines or html, html
    return made


def line(limit: int) -> Any:
    """One line in both languages."""
    return _words(limit, False, False)


def lines(limit: int) -> Any:
    """Several lines in both languages."""
    return _words(limit, True, False)


def rich(limit: int) -> Any:
    """Rich text in both languages, cleaned."""
    return _words(limit, True, True)


def _link(value: Any) -> Any:
    """A way within the shop (`/…`), to another site (`https://…`), or to somebody (`tel:`, `mailto:`)."""
    text = value.strip() if isinstance(value, str) else value
    if not isinstance(text, str) or text == "":
        return "" if text is None else text
    if len(text) <= 500 and any(form.fullmatch(text) for form in (_OWN_PATH, _ABROAD, _REACH)):
        return text
    raise wrong(
        "link",
        "链接应以 / 开头（本站），或是 https:// 开头的网址",
        "a link begins with / (this shop) or with https://",
    )


def _media(value: Any) -> Any:
    if value in (None, ""):
        return ""
    if isinstance(value, str) and len(value) <= 200 and _MEDIA.fullmatch(value) and ".." not in value:
        return value
    raise wrong("picture", "请上传图片", "upload a picture")


def _colour(value: Any) -> Any:
    text = value.strip().lower() if isinstance(value, str) else ""
    if not text or _COLOUR.fullmatch(text):
        return text
    raise wrong("colour", "颜色应写作 #rrggbb", "write a colour as #rrggbb")


def _price(value: Any) -> Any:
    """An amount in major units as somebody types it, or nothing."""
    text = value.strip().lstrip("¥￥") if isinstance(value, str) else value
    if text in (None, ""):
        return ""
    if isinstance(text, str) and _PRICE.fullmatch(text):
        return text
    raise wrong("price", "请填写价格，如 99 或 99.90", "write a price such as 99 or 99.90")


def _line_of(limit: int) -> Any:
    def fit(text: str) -> str:
        text = clean_line(text)
        if len(text) > limit:
            raise wrong("too_long", f"最多 {limit} 个字", f"at most {limit} characters")
        return text

    return Annotated[str, BeforeValidator(_text_of), AfterValidator(fit)]


Link = Annotated[str, BeforeValidator(_link)]
Colour = Annotated[str, BeforeValidator(_colour)]
Price = Annotated[str, BeforeValidator(_price)]
Ids = Annotated[tuple[Annotated[int, Field(ge=1, lt=2**63)], ...], Field(max_length=60)]
Id = Annotated[int, Field(ge=1, lt=2**63)]
plain = _line_of


class Picture(Part):
    """A stored picture; its size keeps the page from jumping while it loads."""

    url: Annotated[str, BeforeValidator(_media)] = ""
    width: Annotated[int, Field(ge=0, le=100_000)] = 0
    height: Annotated[int, Field(ge=0, le=100_000)] = 0

    def __bool__(self) -> bool:
        return bool(self.url)


class Head(Part):
    """A page but for its blocks."""

    title: line(120) = line(120)()  # type: ignore[valid-type]
    summary: lines(400) = lines(400)()  # type: ignore[valid-type]
    cover: Picture = Picture()


def minor_of(price: str, currency: str) -> int | None:
    """A `Price` in minor units; None for none, or where the currency has no such parts."""
    try:
        return to_minor(Decimal(price), currency) if price else None
    except ValueError:
        return None


def need(loc: str, value: object, zh: str, en: str) -> Iterator[Gap]:
    """A gap where a value is empty."""
    if not value:
        yield loc, Text(zh, en)


def untranslated(value: Any, loc: str = "") -> Iterator[str]:
    """Where a Chinese text has no English, anywhere below a part."""
    if isinstance(value, Words):
        if value.zh and not value.en:
            yield loc
    elif isinstance(value, Part):
        for name in type(value).model_fields:
            yield from untranslated(getattr(value, name), f"{loc}.{name}" if loc else name)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from untranslated(item, f"{loc}.{index}" if loc else str(index))
