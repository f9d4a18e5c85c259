"""The detail page of a product in the order buyers know: picture, words, details, maker, questions, terms (CAT-07, -08)."""

from collections.abc import Mapping
from html import escape

from zhanggui.catalog.types import StoredPicture
from zhanggui.kernel.i18n import EN, Text

from .model import Goods, Maker
from .shop import AFTER_SALES, QUESTIONS
from .words import VALUES

LOOK = Text("近看", "A closer look")
SIZE = Text("尺寸", "Size")
MEASURED = Text("手工测量，允许 1 厘米左右的误差。", "Measured by hand; allow about a centimetre.")
CARE = Text("使用与保养", "Use and care")
MAKER = Text("品牌", "The maker")
ASKED = Text("常见问题", "Questions")
TERMS = Text("售后与发货", "Returns and delivery")


def page(goods: Goods, maker: Maker, shelf: str, pictures: Mapping[str, StoredPicture], lang: str) -> str:
    """The description in one language; `shelf` is the key of the top shelf."""
    title = goods.title.render(lang)
    parts = [_figure(pictures.get("scene"), title), f"<p>{escape(goods.about.render(lang))}</p>"]
    parts += [_heading(LOOK, lang), _figure(pictures.get("close"), title)]
    parts += _care(goods, lang)
    parts += [_heading(SIZE, lang), _figure(pictures.get("measure"), title)]
    parts.append(f"<p>{escape(goods.measures)}{'. ' if lang == EN else '。'}{escape(MEASURED.render(lang))}</p>")
    name, about = (maker.en, maker.about_en) if lang == EN else (maker.zh, maker.about_zh)
    parts.append(f"{_heading(MAKER, lang)}<p><strong>{escape(name)}</strong></p><p>{escape(about)}</p>")
    parts.append(_heading(ASKED, lang))
    for question in QUESTIONS[shelf]:
        parts.append(
            f"<details><summary>{escape(question.ask.render(lang))}</summary>"
            f"<p>{escape(question.answer.render(lang))}</p></details>"
        )
    parts.append(f"{_heading(TERMS, lang)}<p>{escape(AFTER_SALES.render(lang))}</p>")
    return "".join(parts)


def _heading(text: Text, lang: str) -> str:
    return f"<h3>{escape(text.render(lang))}</h3>"


def _figure(picture: StoredPicture | None, alt: str) -> str:
    if picture is None:
        return ""
    return (
        f'<figure><img src="{escape(picture.url)}" alt="{escape(alt)}" width="{picture.width}" height="{picture.height}">'
        "</figure>"
    )


def _care(goods: Goods, lang: str) -> list[str]:
    said = [_said(name, goods.facts[name], lang) for name in ("保养", "贮存") if name in goods.facts]
    return [_heading(CARE, lang), f"<p>{escape(('; ' if lang == EN else ';').join(said))}</p>"] if said else []


def _said(name: str, value: str, lang: str) -> str:
    return VALUES[name][value] if lang == EN else value
