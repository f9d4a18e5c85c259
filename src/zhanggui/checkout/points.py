"""Points as money: how many an order takes, and what they take off each line. After all promotions, never off the freight."""

from collections.abc import Sequence
from dataclasses import replace

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate, minor_digits
from zhanggui.members import selectors as members
from zhanggui.promotions.types import Applied, Lane, Share

from .errors import PointsNotApplicable
from .types import PointsOffer, Quote, QuoteRequest

KIND = "points"
LABEL = Text("{points} 积分抵扣", "{points} points")


def most_points(goods: int, available: int) -> int:
    """The most points goods worth `goods` take: whole steps, within what is available and the share the mall allows."""
    step: int = mall_settings.get("checkout.points_step")
    unit = 10 ** minor_digits(mall_settings.get("mall.currency"))
    off = goods * mall_settings.get("checkout.points_percent") // 100
    return min(off * mall_settings.get("members.points_per_yuan") // unit, available) // step * step


def points_offer(quote: Quote, member_id: int) -> PointsOffer:
    """What a member could spend on this quote besides what it spends already. One statement."""
    available = members.available([member_id]).get(member_id, 0)
    most = most_points(sum(line.payable for line in quote.lines) + quote.points_total, available)
    return PointsOffer(available, most, members.points_value(most), mall_settings.get("checkout.points_step"))


def too_many_points(quote: Quote, member_id: int | None) -> PointsNotApplicable:
    """Why a quote does not take the points that were asked for."""
    found = (
        points_offer(quote, member_id)
        if member_id is not None
        else PointsOffer(0, 0, 0, mall_settings.get("checkout.points_step"))
    )
    return PointsNotApplicable(most=found.most, step=found.step, extra={"most": found.most, "step": found.step})


def spend_points(requests: Sequence[QuoteRequest], quotes: list[Quote]) -> list[Quote]:
    """The quotes with as many of the points that were asked for as each can take. No statement where nobody asked, else one."""
    wanted = {r.member_id for r in requests if r.points and r.member_id is not None and r.group is None}
    if not wanted:
        return quotes
    available = members.available(sorted(wanted))
    return [
        _with_points(quote, r.points, available.get(r.member_id or 0, 0)) if r.points and r.group is None else quote
        for r, quote in zip(requests, quotes, strict=True)
    ]


def _with_points(quote: Quote, asked: int, available: int) -> Quote:
    goods = sum(line.payable for line in quote.lines)
    points = most_points(goods, min(asked, available))
    worth = members.points_value(points)
    if worth < 1:
        return quote
    amounts = allocate(worth, [line.payable for line in quote.lines])
    parts = allocate(points, amounts)
    lines = tuple(
        replace(
            line,
            discount=line.discount + amount,
            payable=line.payable - amount,
            shares=(*line.shares, Share(0, "", amount)),
            points=part,
        )
        if amount
        else line
        for line, amount, part in zip(quote.lines, amounts, parts, strict=True)
    )
    label = Text(*(text.format(points=points) for text in (LABEL.zh, LABEL.en)))
    applied = Applied(0, KIND, Lane.COUPON, label, "", None, worth, False)
    return replace(
        quote,
        lines=lines,
        verdict=quote.verdict._replace(applied=(*quote.verdict.applied, applied)),
        discount_total=quote.discount_total + worth,
        total=quote.total - worth,
        points=points,
        points_total=worth,
    )
