"""What to propose where somebody else is cheaper. Pure; minor units, shares in basis points."""

from dataclasses import dataclass

from .types import MATCH, TELL, UNDERCUT, RuleView

#: What kept a proposal from going as low as the rule wants.
BY_FLOOR, BY_CUT = "floor", "cut"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The price to ask (None: nothing to propose), and what kept it from going lower ("": nothing)."""

    price: int | None
    held: str = ""


def calls(rule: RuleView, ours: int, theirs: int) -> bool:
    """Whether they are so much cheaper that the rule wants an answer."""
    return theirs < ours and (ours - theirs) * 10_000 >= rule.threshold * ours


def propose(rule: RuleView, ours: int, theirs: int, floor: int | None) -> Proposal:
    """What the rule asks of our price: never below the floor, never further down at once than the rule lets it go."""
    if rule.answer == TELL:
        return Proposal(None)
    wanted = theirs - rule.undercut if rule.answer == UNDERCUT else theirs
    assert rule.answer in (MATCH, UNDERCUT)
    least = -(-ours * (10_000 - rule.most_cut) // 10_000)
    price, held = max(wanted, 1), ""
    if price < least:
        price, held = least, BY_CUT
    if floor is not None and price < floor:
        price, held = floor, BY_FLOOR
    return Proposal(price, held) if price < ours else Proposal(None, held)
