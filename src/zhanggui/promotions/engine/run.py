"""One cart while rules take from it, lane by lane, under one choice of rules. Plain loops; see `docs/pricing.md`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import allocate

from .audience import against
from .compiler import CompiledRule, HeldCoupon, RuleSet, explain, line_tokens
from .kind import ORDINARY, Circumstances, Goods, Offer
from .values import (
    Allowance,
    Applied,
    CartSnapshot,
    Explanation,
    Gift,
    Lane,
    LineVerdict,
    Rule,
    Share,
    Verdict,
)

canonical = itemgetter(1, 0)  # sku_id, then key: the result must not depend on the order of the lines
NO_LIMITS: Mapping[int, Allowance] = MappingProxyType({})
NOTHING = Offer(0, "", {}, Text("", ""))
_SET = 1 << Lane.SET
#: What a reason for not running tells besides.
_SAYS: Mapping[str, Callable[[Rule], dict[str, object]]] = MappingProxyType(
    {
        "not_started": lambda rule: {"starts_at": rule.starts_at},
        "outside_hours": lambda rule: {"hours": ", ".join(map(str, rule.daily))},
    }
)


class Turn:
    """A rule whose turn it is: the lines it may work on, for a coupon its code, and in the end its offer."""

    __slots__ = ("budget_left", "code", "code_id", "compiled", "offer", "pieces", "places", "rule")

    def __init__(self, compiled: CompiledRule, places: list[int], held: HeldCoupon | None = None) -> None:
        self.compiled = compiled
        self.rule: Rule = compiled.rule
        self.places = places
        self.offer = NOTHING
        self.pieces: Mapping[int, int] | None = None
        self.code = "" if held is None else held.code
        self.code_id = None if held is None else held.code_id
        self.budget_left = None if held is None else held.budget_left


class Run:
    """The cart while rules take from it: what is left of each line, who took what, and why the others did not.

    `closed` holds per line the lanes that may not touch it any more, `took` the lanes that have. `hindrances` are the turns
    that others kept from giving (more), with their goods, what they gave, and those others.
    """

    __slots__ = (
        *("allowances", "applied", "at", "cart", "closed", "closer", "explained", "gifts", "groups", "hindrances"),
        *("left", "lines", "minute", "shares", "skip", "stock", "took", "worth"),
    )

    def __init__(
        self, cart: CartSnapshot, minute: int, allowances: Mapping[int, Allowance], skip: frozenset[int] = frozenset()
    ) -> None:
        self.cart = cart
        self.lines = sorted(cart.lines, key=canonical)
        self.left = [line.quantity * line.unit_price for line in self.lines]
        self.shares: list[list[Share]] = [[] for _ in self.lines]
        self.at = cart.at
        self.minute = minute
        self.allowances = allowances
        self.skip = skip
        self.groups: dict[str, Rule] = {}
        self.applied: list[Applied] = []
        self.explained: list[Explanation] = []
        self.gifts: list[Gift] = []
        self.stock = cart.stock  # less what was given
        self.worth = 0
        self.hindrances: list[tuple[Turn, list[int], int, set[int]]] = []
        self.closed = [0] * len(self.lines)
        self.took = [0] * len(self.lines)
        self.closer: list[Rule | None] = [None] * len(self.lines)

    def judge(self, turn: Turn) -> bool:
        """Ask the rule for its offer; False, with the reason noted, when it gives nothing here."""
        places, left = turn.places, self.left
        if not places:
            return self.refuse(turn, "no_matching_goods")
        if self.barred(turn):
            return False
        if len(places) == len(left):
            amounts, lines = left, self.lines
        else:
            amounts, lines = [left[i] for i in places], [self.lines[i] for i in places]
        total = sum(amounts)
        compiled, cart = turn.compiled, self.cart
        if not total and not compiled.gives:
            self.hindered(turn, 0)
            return self.refuse(turn, "nothing_left")
        around = ORDINARY
        if compiled.gives or turn.pieces is not None:
            around = Circumstances(cart.chosen, self.stock, turn.pieces)
        offer = compiled.offer(Goods(lines, amounts, total, around))
        if compiled.stepped:
            self._missed(turn, offer, total)
        if compiled.gives and self.gifts:
            self._given_before(turn, offer)
        if offer.amount <= 0 and not offer.gifts:
            self.note(turn, offer, 0, False)
            return False
        if turn.budget_left is not None and offer.amount + offer.worth > turn.budget_left:
            return self.refuse(turn, "budget_spent")
        turn.offer = offer
        return True

    def _missed(self, turn: Turn, offer: Offer, total: int) -> None:
        """Whether the rule would have reached a higher step on goods nobody had taken from."""
        if sum(self.lines[i].quantity * self.lines[i].unit_price for i in turn.places) != total:
            self.hindered(turn, offer.amount + offer.worth)

    def _given_before(self, turn: Turn, offer: Offer) -> None:
        """Whether others gave away what the rule would have given."""
        rivals = {gift.promotion_id for gift in self.gifts if gift.sku_id in turn.compiled.gives}
        if rivals:
            self.hindrances.append((turn, turn.places, offer.amount + offer.worth, rivals))

    def hindered(self, turn: Turn, got: int) -> None:
        """Others took from the turn's goods before, so that it gives no more than `got`."""
        rivals = {share.promotion_id for place in turn.places for share in self.shares[place]}
        if rivals:
            self.hindrances.append((turn, turn.places, got, rivals))

    def could(self, turn: Turn, places: list[int]) -> int:
        """What the rule would give on its goods if it were alone in the cart."""
        lines = [self.lines[i] for i in places]
        whole = [line.quantity * line.unit_price for line in lines]
        around = Circumstances(self.cart.chosen, self.cart.stock, turn.pieces)
        offer = turn.compiled.offer(Goods(lines, whole, sum(whole), around))
        return offer.amount + offer.worth

    def rivals(self, optional: set[int]) -> dict[int, int]:
        """The rules among `optional` that kept others from giving more, each with the most that those could have given:
        leaving one out may be better for the buyer."""
        found: dict[int, int] = {}
        for turn, places, got, rivals in self.hindrances:
            if rivals.isdisjoint(optional) or self.absent(turn.rule):
                continue
            if (gain := self.could(turn, places) - got) > 0:
                for rival in rivals & optional:
                    found[rival] = found.get(rival, 0) + gain
        return found

    def barred(self, turn: Turn) -> bool:
        """Whether something keeps the rule from having its turn at all; the reason is noted."""
        rule = turn.rule
        if rule.id in self.skip:
            return not self.refuse(turn, "given_up")
        if reason := self.absent(rule):
            return not self.refuse(turn, reason, **_SAYS[reason](rule) if reason in _SAYS else {})
        if rule.exclusive_group and rule.exclusive_group in self.groups:
            other = self.groups[rule.exclusive_group]
            self.hindrances.append((turn, turn.places, 0, {other.id}))
            return not self.refuse(turn, "exclusive", other=other.label)
        if rule.counted and turn.code_id is None:
            allowance = self.allowances.get(rule.id)
            if allowance is not None:
                turn.budget_left, turn.pieces = allowance.budget_left, allowance.pieces
                if allowance.barred:
                    return not self.refuse(turn, allowance.barred)
        return False

    def absent(self, rule: Rule) -> str:
        """Why the rule does not run now, or not for this buyer, as a reason code; "" where it does."""
        if self.at < rule.starts_at:
            return "not_started"
        if rule.ends_at is not None and self.at >= rule.ends_at:
            return "ended"
        if rule.daily and not any(window.holds(self.minute) for window in rule.daily):
            return "outside_hours"
        return against(rule.audience, self.cart) if rule.audience is not None else ""

    def refuse(self, turn: Turn, code: str, **params: object) -> bool:
        """Note one of the frame's own reasons; always False."""
        self.explained.append(explain(turn.rule, code, turn.code, **params))
        return False

    def note(self, turn: Turn, offer: Offer, amount: int, applied: bool) -> None:
        """Note what the rule itself says of its offer."""
        rule = turn.rule
        self.explained.append(
            Explanation(rule.id, rule.label, turn.code, applied, amount, offer.code, offer.params, offer.text)
        )

    def open(self, turn: Turn) -> bool:
        """Keep of the turn's lines those it may touch; False, with the reason noted, when that is none of them."""
        bit, apart = turn.compiled.bit, turn.compiled.apart
        free = [i for i in turn.places if not self.closed[i] & bit and not self.took[i] & apart]
        if len(free) == len(turn.places):
            return True
        self.hindered(turn, 0)
        if not free:
            other = next((rule for i in turn.places if (rule := self.closer[i])), None)
            if other is None:  # what it would have to be alone with has been taken by several
                return self.refuse(turn, "kept_apart", other=self._taker(turn.places[0]))
            return self.refuse(turn, "kept_apart" if other.apart else "goods_taken", other=other.label)
        turn.places = free
        return True

    def _taker(self, place: int) -> Text:
        first = self.shares[place][0].promotion_id
        return next(applied.label for applied in self.applied if applied.promotion_id == first)

    def take(self, turn: Turn, offer: Offer, shares: Sequence[int]) -> None:
        """Book an offer: every share onto its line, the rule as applied, its exclusive group as used."""
        rule, compiled = turn.rule, turn.compiled
        bit = compiled.bit
        closes = compiled.apart | (bit & _SET)
        for place, share in zip(turn.places, shares, strict=True):
            if share:
                self.left[place] -= share
                self.shares[place].append(Share(rule.id, turn.code, share))
                self.took[place] |= bit
                if closes:
                    self.closed[place] |= closes
                    self.closer[place] = rule
        self.applied.append(applied_of(turn, offer, self._pieces(turn, offer) if offer.pieces else ()))
        for sku_id, quantity, choices in offer.gifts:
            self.gifts.append(Gift(rule.id, rule.label, sku_id, quantity, choices))
            self.stock = {**self.stock, sku_id: self.stock.get(sku_id, 0) - quantity}
        self.worth += offer.worth
        self.note(turn, offer, offer.amount, True)
        if rule.exclusive_group:
            self.groups[rule.exclusive_group] = rule

    def _pieces(self, turn: Turn, offer: Offer) -> tuple[tuple[int, int], ...]:
        """What an offer takes of limited numbers, by SKU."""
        found: dict[int, int] = {}
        for place, pieces in zip(turn.places, offer.pieces, strict=True):
            if pieces:
                sku_id = self.lines[place].sku_id
                found[sku_id] = found.get(sku_id, 0) + pieces
        return tuple(found.items())

    def verdict(self, exact: bool = True) -> Verdict:
        """Lines back in the cart's own order."""
        by_key: dict[str, LineVerdict] = {}
        total = 0
        for line, left, shares in zip(self.lines, self.left, self.shares, strict=True):
            amount = line.quantity * line.unit_price
            total += amount - left
            by_key[line.key] = LineVerdict(line.key, amount, amount - left, tuple(shares))
        return Verdict(
            tuple([by_key[line.key] for line in self.cart.lines]), total, tuple(self.applied), tuple(self.explained),
            tuple(self.gifts), exact, self.worth,
        )  # fmt: skip

    def gave(self, promotion_id: int) -> int:
        """What the rule took off."""
        return sum(applied.amount for applied in self.applied if applied.promotion_id == promotion_id)

    @property
    def saved(self) -> int:
        """What the buyer has of it all: money off, and the stated value of gifts."""
        return sum(line.quantity * line.unit_price for line in self.lines) - sum(self.left) + self.worth


def applied_of(turn: Turn, offer: Offer, pieces: tuple[tuple[int, int], ...] = ()) -> Applied:
    """The turn's rule as one that was applied."""
    rule = turn.rule
    return Applied(
        rule.id, rule.kind, turn.compiled.lane, rule.label, turn.code, turn.code_id, offer.amount,
        rule.counted or turn.code_id is not None, pieces, offer.worth,
    )  # fmt: skip


def carry_out(run: Run, rules: RuleSet, matches: list[list[int]], coupons: Sequence[HeldCoupon]) -> Run:
    """Every lane but the freight's."""
    if rules.item_levels:
        taken: list[Rule | None] = [None] * len(run.lines)
        for level in rules.item_levels:
            _item_level(run, _turns(run, rules, level, matches), taken)
    for bundle in rules.bundles:
        turns = _turns(run, rules, bundle, matches)
        if turns:
            _bundle(run, turns)
    if coupons:
        _coupons(run, coupons)
    return run


def _turns(run: Run, rules: RuleSet, positions: Sequence[int], matches: list[list[int]]) -> list[Turn]:
    """The rules at these positions that have goods in the cart; the others are explained here, at next to no cost."""
    turns = []
    for position in positions:
        if matches[position]:
            turns.append(Turn(rules.rules[position], matches[position]))
        else:
            run.explained.append(rules.rules[position].no_goods)
    return turns


def best(run: Run, turns: Iterable[Turn]) -> Turn | None:
    """Of rules that exclude each other the one that gives most (ties: the earlier); the others are told so."""
    standing = [turn for turn in turns if run.judge(turn)]
    if not standing:
        return None
    if len(standing) == 1:
        return standing[0]
    winner = max(standing, key=lambda turn: turn.offer.amount + turn.offer.worth)
    for turn in standing:
        if turn is not winner:
            run.hindrances.append((turn, turn.places, 0, {winner.rule.id}))
            run.refuse(turn, "exclusive", other=winner.rule.label)
    return winner


def _bundle(run: Run, turns: list[Turn]) -> None:
    """One turn of a later lane: a rule, or the rules of one exclusive group."""
    winner = best(run, [turn for turn in turns if not turn.places or run.open(turn)])
    if winner is not None:
        offer, left = winner.offer, run.left
        run.take(winner, offer, offer.shares or allocate(offer.amount, [left[i] for i in winner.places]))


def _item_level(run: Run, turns: list[Turn], taken: list[Rule | None]) -> None:
    """Item rules of one priority. A line takes one item rule: the one that gives it most (ties: the earlier rule).

    Item rules offer per line, so a rule may win some of its lines and lose others to a rival.
    """
    groups: dict[str | int, list[Turn]] = {}
    for turn in turns:
        free = [i for i in turn.places if taken[i] is None]
        if len(free) < len(turn.places):
            run.hindered(turn, 0)
        if not free:
            rival = taken[turn.places[0]]
            run.refuse(turn, "goods_taken", other=rival.label if rival else None)
            continue
        turn.places = free
        groups.setdefault(turn.rule.exclusive_group or turn.rule.id, []).append(turn)
    standing = [winner for group in groups.values() if (winner := best(run, group))]
    winners: dict[int, tuple[int, Turn]] = {}
    for turn in standing:
        for place, share in zip(turn.places, turn.offer.shares or (), strict=True):
            if share and (place not in winners or share > winners[place][0]):
                winners[place] = (share, turn)
    for turn in standing:
        _take_won(run, turn, winners, taken)


def _take_won(run: Run, turn: Turn, winners: Mapping[int, tuple[int, Turn]], taken: list[Rule | None]) -> None:
    """Book the lines an item rule has won."""
    shares = [winners[i][0] if i in winners and winners[i][1] is turn else 0 for i in turn.places]
    amount = sum(shares)
    offer = turn.offer
    if amount != offer.amount:
        if turn.rule.exclusive_group:  # it was chosen of its group for lines it then lost
            others = {winners[i][1].rule.id for i in turn.places if i in winners}
            run.hindrances.append((turn, turn.places, amount, {*others, turn.rule.id}))
        if not amount:
            rival = next(winners[i][1] for i in turn.places if i in winners)
            run.refuse(turn, "goods_taken", other=rival.rule.label)
            return
        pieces = [n if share else 0 for n, share in zip(offer.pieces, shares, strict=False)]
        counted = {"pieces": sum(pieces)} if pieces else {}
        params = {**offer.params, "off_amount": amount, **counted}
        offer = offer._replace(amount=amount, params=params, pieces=pieces)
    run.take(turn, offer, shares)
    for place, share in zip(turn.places, shares, strict=True):
        if share:
            taken[place] = turn.rule


def _coupons(run: Run, coupons: Sequence[HeldCoupon]) -> None:
    """The coupon lane: codes by priority, promotion and code, not as they were typed; one code of each coupon."""
    bundles: dict[tuple[int, str | int], list[Turn]] = {}
    seen: set[int] = set()
    for held, places in held_places(run, coupons):
        rule = held.rule.rule
        turn = Turn(held.rule, places, held)
        if rule.id in seen:
            run.refuse(turn, "same_coupon")
        else:
            seen.add(rule.id)
            bundles.setdefault((-rule.priority, rule.exclusive_group or rule.id), []).append(turn)
    for bundle in bundles.values():
        _bundle(run, bundle)


def held_places(
    run: Run, coupons: Sequence[HeldCoupon], freight: bool = False
) -> Iterable[tuple[HeldCoupon, list[int]]]:
    """The codes in their order, each once, with the lines in their scope; those about the freight, or the others."""
    named: list[list[int]] = []
    for held in sorted(
        {held.code: held for held in coupons}.values(),
        key=lambda held: (-held.rule.rule.priority, held.rule.rule.id, held.code),
    ):
        compiled = held.rule
        if (compiled.lane == Lane.FREIGHT) is not freight:
            continue
        if compiled.selective and not named:
            named = [line_tokens(line) for line in run.lines]
        yield held, [i for i in range(len(run.lines)) if not compiled.selective or compiled.takes(named[i])]
