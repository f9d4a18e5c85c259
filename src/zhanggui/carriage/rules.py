"""What a parcel costs and who carries it. Pure: lanes, rules and the mall's preference in, an explained choice out."""

from collections.abc import Iterable, Mapping, Sequence

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.provinces import province_key

from .types import CarrierView, Choice, ChoiceRuleView, Freight, Lane, Offer

PREFERENCES = {
    "cheapest": Text("最便宜", "the cheapest"),
    "fastest": Text("最快", "the fastest"),
    "score": Text("评分最高", "the best score"),
}
#: A carrier nobody has scored stands in the middle.
UNSCORED = 50


def cost(lane: Lane, weight_g: int) -> int:
    """What the carrier charges for a parcel of that weight, in minor units; a weight of 0 (not known) costs the first step."""
    further = max(0, weight_g - lane.first_g)
    return lane.first_fee + -(-further // lane.step_g) * lane.step_fee + lane.surcharge


def lane_to(lanes: Mapping[tuple[str, str], Lane], carrier: str, province: str) -> Lane | None:
    """The lane of the province (short name), else the carrier's lane to everywhere else; None where it has neither."""
    return lanes.get((carrier, province)) or lanes.get((carrier, ""))


def offers(
    freight: Freight, carriers: Iterable[CarrierView], lanes: Mapping[tuple[str, str], Lane], prefer: str
) -> list[Offer]:
    """Who could carry it, the preferred first; of equals the cheaper, then the faster, then the order of the carriers."""
    key = province_key(freight.province)
    found = []
    for carrier in carriers:
        lane = lane_to(lanes, carrier.code, key)
        if carrier.active and lane is not None and lane.served:
            price = cost(lane, freight.weight_g)
            found.append(Offer(carrier.code, price, lane.days_min, lane.days_max, lane.remote, carrier.score))
    return sorted(found, key=lambda offer: _rank(offer, prefer))


def _rank(offer: Offer, prefer: str) -> tuple[int, ...]:
    days = (offer.days_max, offer.days_min)
    if prefer == "fastest":
        return (*days, offer.cost)
    if prefer == "score":
        return (-(UNSCORED if offer.score is None else offer.score), offer.cost, *days)
    return (offer.cost, *days)


def is_remote(found: Sequence[Offer]) -> bool:
    """Whether at least half of those who go there call the province far."""
    return bool(found) and 2 * sum(offer.remote for offer in found) >= len(found)


def choose(
    freight: Freight,
    carriers: Sequence[CarrierView],
    lanes: Mapping[tuple[str, str], Lane],
    rules: Iterable[ChoiceRuleView],
    prefer: str,
) -> Choice:
    """The first rule that fits and whose carrier goes there; else the preferred one of those who do.

    `rules` come in their order. A rule whose carrier does not go there is passed over and told.
    """
    found = offers(freight, carriers, lanes, prefer)
    names = {carrier.code: Text(carrier.name, carrier.name_en or carrier.name) for carrier in carriers}
    where = Text(province_key(freight.province) or "各地", province_key(freight.province) or "anywhere")
    by_code = {offer.carrier: offer for offer in found}
    passed = Text("", "")
    for rule in rules:
        if not _fits(rule, freight, found):
            continue
        offer = by_code.get(rule.carrier)
        name = names.get(rule.carrier, Text(rule.carrier, rule.carrier))
        if offer is None:
            passed = Text(
                f"{passed.zh}（规则「{rule.label}」：{name.zh}不送{where.zh}）",
                f"{passed.en} (rule “{rule.label}”: {name.en} does not go to {where.en})",
            )
            continue
        said = _because(rule, freight, where)
        why = Text(f"{name.zh}：{said.zh}{passed.zh}", f"{name.en}: {said.en}{passed.en}")
        return Choice(rule.carrier, "rule", why, offer.cost, tuple(found), rule.label)
    if not found:
        none = Text(f"没有承运商送达{where.zh}", f"no carrier goes to {where.en}")
        return Choice("", "none", Text(none.zh + passed.zh, none.en + passed.en), None)
    best = found[0]
    name = names[best.carrier]
    if len(found) == 1:
        said = Text(f"只有它送达{where.zh}", f"the only one that goes to {where.en}")
        return Choice(best.carrier, "only", _said(name, said, passed), best.cost, tuple(found))
    said = _preferred(best, prefer, where, len(found))
    return Choice(best.carrier, prefer, _said(name, said, passed), best.cost, tuple(found))  # type: ignore[arg-type]


def _said(name: Text, said: Text, passed: Text) -> Text:
    return Text(f"{name.zh}：{said.zh}{passed.zh}", f"{name.en}: {said.en}{passed.en}")


def _preferred(best: Offer, prefer: str, where: Text, n: int) -> Text:
    days = f"{best.days_min}–{best.days_max}" if best.days_min != best.days_max else f"{best.days_max}"
    if prefer == "fastest":
        return Text(f"送{where.zh}最快，{days} 天", f"the fastest of {n} to {where.en}, {days} days")
    if prefer == "score":
        score = UNSCORED if best.score is None else best.score
        return Text(f"送{where.zh}的承运商中评分最高，{score} 分", f"the best score of {n} to {where.en}, {score}")
    return Text(f"送{where.zh}的 {n} 家中最便宜", f"the cheapest of {n} to {where.en}")


def _fits(rule: ChoiceRuleView, freight: Freight, found: Sequence[Offer]) -> bool:
    return (
        rule.active
        and (not rule.provinces or province_key(freight.province) in rule.provinces)
        and (not rule.remote or is_remote(found))
        and _within(freight.weight_g, rule.min_g, rule.max_g)
        and _within(freight.amount, rule.min_amount, rule.max_amount)
        and (rule.within_hours is None or (freight.hours_left is not None and freight.hours_left <= rule.within_hours))
    )


def _within(value: int, least: int | None, most: int | None) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def _because(rule: ChoiceRuleView, freight: Freight, where: Text) -> Text:
    """The conditions that made the rule fit, in words."""
    zh, en = [], []
    if rule.remote:
        zh.append(f"{where.zh}为偏远地区")
        en.append(f"{where.en} is far")
    elif rule.provinces:
        zh.append(f"送往{where.zh}")
        en.append(f"goes to {where.en}")
    if rule.min_g is not None or rule.max_g is not None:
        zh.append(f"重 {freight.weight_g} 克")
        en.append(f"weighs {freight.weight_g} g")
    if rule.min_amount is not None or rule.max_amount is not None:
        zh.append("订单金额符合")
        en.append("the order's amount fits")
    if rule.within_hours is not None:
        zh.append(f"须在 {rule.within_hours} 小时内发出")
        en.append(f"has to leave within {rule.within_hours} hours")
    words = "，".join(zh), ", ".join(en)
    if not zh:
        return Text(f"规则「{rule.label}」", f"rule “{rule.label}”")
    return Text(f"{words[0]}（规则「{rule.label}」）", f"{words[1]} (rule “{rule.label}”)")
