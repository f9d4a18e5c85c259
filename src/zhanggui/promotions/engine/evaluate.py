"""One cart against the rules: item lane, order lane, coupons. Plain loops; every step is told in `docs/pricing.md`."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate

from .compiler import CompiledRule, HeldCoupon, RuleSet, explain, line_tokens
from .kind import Goods, Offer
from .values import Allowance, Applied, CartSnapshot, Explanation, LineVerdict, Rule, Share, Verdict

_canonical = itemgetter(1, 0)  # sku_id, then key: the result must not depend on the order of the lines
_NO_OFFER = Offer(0, "", {}, Text("", ""))
_FREE: Mapping[int, Allowance] = {}


class _Turn:
    """A rule whose turn it is: the lines it may work on, for a coupon its code, and in the end its offer."""

    __slots__ = ("budget_left", "code", "code_id", "compiled", "offer", "places", "rule")

    def __init__(self, compiled: CompiledRule, places: list[int], held: HeldCoupon | None = None) -> None:
        self.compiled = compiled
        self.rule: Rule = compiled.rule
        self.places = places
        self.offer = _NO_OFFER
        self.code = "" if held is None else held.code
        self.code_id = None if held is None else held.code_id
        self.budget_left = None if held is None else held.budget_left


class _Run:
    """The cart while rules take from it: what is left of each line, who took what, and why the others did not."""

    __slots__ = ("allowances", "applied", "at", "explained", "groups", "left", "lines", "minute", "shares")

    def __init__(self, cart: CartSnapshot, minute: int, allowances: Mapping[int, Allowance]) -> None:
        self.lines = sorted(cart.lines, key=_canonical)
        self.left = [line.quantity * line.unit_price for line in self.lines]
        self.shares: list[list[Share]] = [[] for _ in self.lines]
        self.at = cart.at
        self.minute = minute
        self.allowances = allowances
        self.groups: dict[str, Text] = {}
        self.applied: list[Applied] = []
        self.explained: list[Explanation] = []

    def judge(self, turn: _Turn) -> bool:
        """Ask the rule for its offer; False, with the reason noted, when it gives nothing here."""
        places, left = turn.places, self.left
        if not places:
            return self.refuse(turn, "no_matching_goods")
        if self._barred(turn):
            return False
        if len(places) == len(left):
            amounts, lines = left, self.lines
        else:
            amounts, lines = [left[i] for i in places], [self.lines[i] for i in places]
        total = sum(amounts)
        if not total:
            return self.refuse(turn, "nothing_left")
        offer = turn.compiled.offer(Goods(lines, amounts, total))
        if offer.amount <= 0:
            self._note(turn, offer, 0)
            return False
        if turn.budget_left is not None and offer.amount > turn.budget_left:
            return self.refuse(turn, "budget_spent")
        turn.offer = offer
        return True

    def _barred(self, turn: _Turn) -> bool:
        """Whether something keeps the rule from having its turn at all; the reason is noted."""
        rule = turn.rule
        if self.at < rule.starts_at:
            return not self.refuse(turn, "not_started", starts_at=rule.starts_at)
        if rule.ends_at is not None and self.at >= rule.ends_at:
            return not self.refuse(turn, "ended")
        if rule.daily and not any(window.holds(self.minute) for window in rule.daily):
            return not self.refuse(turn, "outside_hours", hours=", ".join(map(str, rule.daily)))
        if rule.exclusive_group and rule.exclusive_group in self.groups:
            return not self.refuse(turn, "exclusive", other=self.groups[rule.exclusive_group])
        if rule.counted and turn.code_id is None:
            allowance = self.allowances.get(rule.id)
            if allowance is not None:
                turn.budget_left = allowance.budget_left
                if allowance.barred:
                    return not self.refuse(turn, allowance.barred)
        return False

    def refuse(self, turn: _Turn, code: str, **params: object) -> bool:
        """Note one of the frame's own reasons; always False."""
        self.explained.append(explain(turn.rule, code, turn.code, **params))
        return False

    def _note(self, turn: _Turn, offer: Offer, amount: int) -> None:
        rule = turn.rule
        self.explained.append(
            Explanation(rule.id, rule.label, turn.code, amount > 0, amount, offer.code, offer.params, offer.text)
        )

    def take(self, turn: _Turn, offer: Offer, shares: Sequence[int]) -> None:
        """Book an offer: every share onto its line, the rule as applied, its exclusive group as used."""
        rule, code = turn.rule, turn.code
        for place, share in zip(turn.places, shares, strict=True):
            if share:
                self.left[place] -= share
                self.shares[place].append(Share(rule.id, code, share))
        counted = rule.counted or turn.code_id is not None
        self.applied.append(
            Applied(rule.id, rule.kind, turn.compiled.lane, rule.label, code, turn.code_id, offer.amount, counted)
        )
        self._note(turn, offer, offer.amount)
        if rule.exclusive_group:
            self.groups[rule.exclusive_group] = rule.label


def evaluate(
    rules: RuleSet,
    cart: CartSnapshot,
    coupons: Sequence[HeldCoupon] = (),
    allowances: Mapping[int, Allowance] = _FREE,
) -> Verdict:
    """Judge a cart. Deterministic: the order of lines and of coupons does not matter.

    `allowances` (by promotion id) tells what counted rules may still give to this buyer.
    """
    minute = 0
    if rules.has_daily or any(held.rule.rule.daily for held in coupons):
        local = cart.at.astimezone(rules.zone)
        minute = local.hour * 60 + local.minute
    run = _Run(cart, minute, allowances)
    matches = rules.matches(run.lines)
    if rules.item_levels:
        taken: list[Text | None] = [None] * len(run.lines)
        for level in rules.item_levels:
            _item_level(run, _turns(run, rules, level, matches), taken)
    for bundle in rules.bundles:
        turns = _turns(run, rules, bundle, matches)
        if turns:
            _bundle(run, turns)
    if coupons:
        _coupons(run, coupons)
    return _verdict(run, cart)


def _turns(run: _Run, rules: RuleSet, positions: Sequence[int], matches: list[list[int]]) -> list[_Turn]:
    """The rules at these positions that have goods in the cart; the others are explained here, at next to no cost."""
    turns = []
    for position in positions:
        if matches[position]:
            turns.append(_Turn(rules.rules[position], matches[position]))
        else:
            run.explained.append(rules.rules[position].no_goods)
    return turns


def _best(run: _Run, turns: Iterable[_Turn]) -> _Turn | None:
    """Of rules that exclude each other the one that gives most (ties: the earlier); the others are told so."""
    standing = [turn for turn in turns if run.judge(turn)]
    if not standing:
        return None
    best = max(standing, key=lambda turn: turn.offer.amount) if len(standing) > 1 else standing[0]
    for turn in standing:
        if turn is not best:
            run.refuse(turn, "exclusive", other=best.rule.label)
    return best


def _bundle(run: _Run, turns: list[_Turn]) -> None:
    """One turn of the order or coupon lane: a rule, or the rules of one exclusive group."""
    best = _best(run, turns)
    if best is not None:
        offer, left = best.offer, run.left
        run.take(best, offer, offer.shares or allocate(offer.amount, [left[i] for i in best.places]))


def _item_level(run: _Run, turns: list[_Turn], taken: list[Text | None]) -> None:
    """Item rules of one priority. A line takes one item rule: the one that gives it most (ties: the earlier rule).

    Item rules offer per line, so a rule may win some of its lines and lose others to a rival.
    """
    groups: dict[str | int, list[_Turn]] = {}
    for turn in turns:
        free = [i for i in turn.places if taken[i] is None]
        if not free:
            run.refuse(turn, "goods_taken", other=taken[turn.places[0]])
            continue
        turn.places = free
        groups.setdefault(turn.rule.exclusive_group or turn.rule.id, []).append(turn)
    standing = [best for group in groups.values() if (best := _best(run, group))]
    winners: dict[int, tuple[int, _Turn]] = {}
    for turn in standing:
        for place, share in zip(turn.places, turn.offer.shares or (), strict=True):
            if share and (place not in winners or share > winners[place][0]):
                winners[place] = (share, turn)
    for turn in standing:
        _take_won(run, turn, winners, taken)


def _take_won(run: _Run, turn: _Turn, winners: Mapping[int, tuple[int, _Turn]], taken: list[Text | None]) -> None:
    """Book the lines an item rule has won."""
    shares = [winners[i][0] if i in winners and winners[i][1] is turn else 0 for i in turn.places]
    amount = sum(shares)
    if not amount:
        rival = next(winners[i][1] for i in turn.places if i in winners)
        run.refuse(turn, "goods_taken", other=rival.rule.label)
        return
    offer = turn.offer
    if amount != offer.amount:
        offer = offer._replace(amount=amount, params={**offer.params, "off_amount": amount})
    run.take(turn, offer, shares)
    for place, share in zip(turn.places, shares, strict=True):
        if share:
            taken[place] = turn.rule.label


def _coupons(run: _Run, coupons: Sequence[HeldCoupon]) -> None:
    """The coupon lane: codes by priority, promotion and code, not as they were typed; one code of each coupon."""
    bundles: dict[tuple[int, str | int], list[_Turn]] = {}
    named: list[list[int]] = []
    seen: set[int] = set()
    for held in sorted(
        {held.code: held for held in coupons}.values(),
        key=lambda held: (-held.rule.rule.priority, held.rule.rule.id, held.code),
    ):
        compiled, rule = held.rule, held.rule.rule
        if compiled.selective and not named:
            named = [line_tokens(line) for line in run.lines]
        places = [i for i in range(len(run.lines)) if not compiled.selective or compiled.takes(named[i])]
        turn = _Turn(compiled, places, held)
        if rule.id in seen:
            run.refuse(turn, "same_coupon")
        else:
            seen.add(rule.id)
            bundles.setdefault((-rule.priority, rule.exclusive_group or rule.id), []).append(turn)
    for bundle in bundles.values():
        _bundle(run, bundle)


def _verdict(run: _Run, cart: CartSnapshot) -> Verdict:
    """Lines back in the cart's own order."""
    by_key: dict[str, LineVerdict] = {}
    total = 0
    for line, left, shares in zip(run.lines, run.left, run.shares, strict=True):
        amount = line.quantity * line.unit_price
        total += amount - left
        by_key[line.key] = LineVerdict(line.key, amount, amount - left, tuple(shares))
    return Verdict(tuple([by_key[line.key] for line in cart.lines]), total, tuple(run.applied), tuple(run.explained))
