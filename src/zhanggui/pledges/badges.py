"""Badges against checkout: what a badge promises is given for one piece, or for as many as it asks for."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from zhanggui.catalog import selectors as catalog
from zhanggui.catalog.types import ListingItem
from zhanggui.checkout import selectors as checkout
from zhanggui.checkout.types import Quote
from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.promotions import selectors as promotions
from zhanggui.promotions.types import Explanation, GoodsFacts, ProductBadge, RuleSet, words

from .truth import Truth, one
from .types import BADGE, Found

#: Reasons that break a promise, whoever buys: of the promotion as a whole, or with these goods. All other reasons are a better
#: offer in its place, or conditions that depend on who buys and where it goes.
OF_ALL = frozenset({"used_up", "budget_spent", "outside_hours", "not_started", "ended"})
OF_GOODS = frozenset({"already_cheaper", "too_small", "quota_gone", "gift_gone", "no_matching_goods"})
ROUNDS = 4
_GIVES_LESS = Text("达到门槛只减 {off_amount}", "takes only {off_amount} off at its threshold")


class _Open(NamedTuple):
    """A badge that asks for more than one piece: the SKU to try, and how many of it."""

    item: ListingItem
    badge: ProductBadge
    code: str
    pieces: int


def differences(items: Sequence[ListingItem], truth: Truth, rules: RuleSet) -> Iterator[Found]:
    """Badges of these products that checkout does not keep. A fixed number of statements beyond those of `truth`."""
    waiting: list[_Open] = []
    for item in items:
        goods = GoodsFacts(item.id, catalog.category_path(item.category_id), item.brand_id, tuple(item.sku_ids))
        for badge in promotions.badges_of(rules, goods):
            yield from _first(item, badge, truth, waiting)
    yield from _with_more(waiting)


def _first(item: ListingItem, badge: ProductBadge, truth: Truth, waiting: list[_Open]) -> Iterator[Found]:
    """With one piece of each SKU; what asks for more is put on `waiting`."""
    told = [
        (line, explained)
        for sku_id in item.sku_ids
        if (line := truth.line(sku_id)) and (explained := _explained(truth.quotes[sku_id], badge)) is not None
    ]
    if not told or any(_keeps(explained) for _, explained in told):
        return
    short = [(line, more) for line, explained in told if (more := _more(explained, line.payable))]
    if short:
        line, more = min(short, key=lambda each: each[1] * each[0].unit_price)
        waiting.append(_Open(item, badge, line.sku, 1 + more))
        return
    broken = [explained for _, explained in told if explained.code != "no_matching_goods"] or [told[0][1]]
    yield _broken(item, badge, broken[0])


def _with_more(waiting: list[_Open]) -> Iterator[Found]:
    """Carts with as many pieces as the badges ask for, a few times more where a discount moved the threshold."""
    most = mall_settings.get("checkout.max_quantity")
    for _ in range(ROUNDS):
        asked = [each for each in waiting if each.pieces <= most]  # beyond, other goods have to help: that is no lie
        quotes = checkout.quotes([one(each.code, each.pieces) for each in asked])
        waiting = []
        for each, quote in zip(asked, quotes, strict=True):
            explained = _explained(quote, each.badge)
            if explained is None or _keeps(explained):
                if explained is not None and (less := _less(each.badge, explained)) is not None:
                    yield _found(each.item, each.badge, "less", less, each.item.id)
            elif more := _more(explained, max(quote.lines[0].payable // each.pieces, 1)):
                waiting.append(each._replace(pieces=each.pieces + more))
            else:
                yield _broken(each.item, each.badge, explained)


def _explained(quote: Quote, badge: ProductBadge) -> Explanation | None:
    return next((e for e in quote.verdict.explanation if e.promotion_id == badge.promotion_id and not e.coupon), None)


def _keeps(explained: Explanation) -> bool:
    return explained.applied or (explained.code not in OF_ALL | OF_GOODS and not _more(explained, 1))


def _more(explained: Explanation, each: int) -> int:
    """How many pieces more it asks for; 0 where it asks for none."""
    if explained.applied:
        return 0
    amount, pieces = explained.params.get("missing_amount"), explained.params.get("missing")
    if isinstance(amount, int):
        return -(-amount // max(each, 1))
    return pieces if isinstance(pieces, int) else 0


def _less(badge: ProductBadge, explained: Explanation) -> Text | None:
    """满减 says how much: at the threshold it has to be that."""
    promised = badge.params.get("off_figure")
    if badge.kind != "full_reduction" or not isinstance(promised, int) or not explained.applied:
        return None
    return _said(_GIVES_LESS, {"off_amount": explained.amount}) if explained.amount < promised else None


def _broken(item: ListingItem, badge: ProductBadge, explained: Explanation) -> Found:
    own = None if explained.code in OF_ALL else item.id
    return _found(item, badge, explained.code, _said(explained.text, explained.params), own)


def _found(item: ListingItem, badge: ProductBadge, code: str, holds: Text, product_id: int | None) -> Found:
    """Of the promotion as a whole it is one difference, however many goods wear its badge."""
    title = badge.label if product_id is None else Text(item.title, item.title_en or item.title)
    return Found(
        f"{BADGE}:{badge.promotion_id}:{code}:{product_id or ''}", BADGE, BADGE, title, _said(badge.text, badge.params), holds,
        product_id=item.id, promotion_id=badge.promotion_id, path=f"/p/{item.slug}",
    )  # fmt: skip


def _said(text: Text, params: object) -> Text:
    currency = mall_settings.get("mall.currency")
    return Text(*(text.render(lang, **words(params, lang, currency)) for lang in (ZH, EN)))  # type: ignore[arg-type]


def once(found: Iterable[Found], seen: set[str]) -> list[Found]:
    """Those not in `seen`, which they join."""
    return [each for each in found if each.key not in seen and not seen.add(each.key)]  # type: ignore[func-returns-value]
