"""What words claim about prices, and whether the history of prices bears it out. Pure."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from zhanggui.kernel.i18n import Text

_AMOUNT = r"\s*[:：]?\s*(?:￥|¥|RMB|CNY)?\s*(\d{1,7}(?:\.\d{1,2})?)"
_FORMER = re.compile(rf"(?:原价|市场价|专柜价|门市价|官方价|吊牌价|list price|was|RRP){_AMOUNT}", re.IGNORECASE)
_SHARE = re.compile(r"(?<![件第满\d.])(?<!\d\.)([1-9](?:\.\d)?)\s*折")
_CUT = re.compile(rf"(?:直降|立省|降价){_AMOUNT}")
_LOWEST = re.compile(r"(?:历史|史上|全网|全年)最低价?|lowest price ever", re.IGNORECASE)
#: Words shortly before a share or a cut that make it a condition of a promotion, which is judged where it is charged.
_CONDITION = re.compile(r"[满件第券额每][^，。；]{0,8}$")
_TAGS = re.compile(r"<[^>]+>")

FORMER, SHARE, CUT, LOWEST = "former", "share", "cut", "lowest"


class Facts(NamedTuple):
    """Of the goods a text is about: the price asked now, what may lawfully be called the former price, the lowest ever asked."""

    price: int
    former: int | None
    lowest: int


class Claim(NamedTuple):
    """What was read: its kind, the words, and the figure in them (minor units, or tenths of a price for a share)."""

    kind: str
    words: str
    figure: int = 0


def _scaled(written: str, factor: int) -> int:
    """A figure as written, in so many parts of one."""
    return int((Decimal(written) * factor).to_integral_value(ROUND_HALF_UP))


def claims(text: str, minor: int = 100) -> Iterator[Claim]:
    """The claims about prices in a text, HTML or plain; `minor` is how many minor units the currency's unit has."""
    plain = _TAGS.sub(" ", text)
    for found in _FORMER.finditer(plain):
        yield Claim(FORMER, found.group(0).strip(), _scaled(found.group(1), minor))
    for found in _SHARE.finditer(plain):
        if not _CONDITION.search(plain[max(found.start() - 10, 0) : found.start()]):
            yield Claim(SHARE, found.group(0).strip(), _scaled(found.group(1), 10))
    for found in _CUT.finditer(plain):
        yield Claim(CUT, found.group(0).strip(), _scaled(found.group(1), minor))
    for found in _LOWEST.finditer(plain):
        yield Claim(LOWEST, found.group(0))


def against(claim: Claim, facts: Facts) -> Text | None:
    """Why a claim is not borne out; None where it is."""
    if claim.kind == LOWEST:
        if facts.price <= facts.lowest:
            return None
        return Text("卖过更低的价格", "it was sold for less before")
    if facts.former is None:
        return Text("近期没有可以作比较的成交价格", "no earlier price may lawfully be compared with")
    if claim.kind == FORMER and claim.figure > facts.former:
        return Text("高于可以合法比较的原价", "above what may lawfully be called the former price")
    if claim.kind == SHARE and facts.price * 100 > facts.former * claim.figure + 99:
        return Text("现价没有这么低的折扣", "the present price is no such share of the former one")
    if claim.kind == CUT and facts.former - facts.price < claim.figure:
        return Text("没有降这么多", "it was not cut by so much")
    return None
