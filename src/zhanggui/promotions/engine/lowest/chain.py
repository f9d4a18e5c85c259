"""Rules that look at the same goods one after another: how much of a piece stays, for every amount of these goods there can be.

What a run of rules leaves of its goods is known for every amount before the first of them, because nothing else takes from these
goods in between. The stretches of the rules (`depth.Stretch`) part the amounts into intervals on which the part that is taken
never rises: their least amounts are all that is looked at, for every selection of the rules.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zhanggui.kernel.money import BASIS

from ..depth import Piece, Reach, Stretch
from ..kinds import get_kind
from ..values import Lane
from .mall import Mall
from .meeting import bits

#: So many rules of a run are looked at in every selection, each with so many stretches; what is more is not one run.
MOST_RULES, MOST_STRETCHES = 9, 60
#: So many pieces of one line are looked at one by one; of more it is only known what rounding down brings.
MOST_PIECES = 40


class Course(NamedTuple):
    """Rules that take something of goods worth `total` before the first of them, each with what it takes; `part` is what stays."""

    part: float
    total: int
    rules: tuple[int, ...]
    reaches: tuple[Reach, ...]

    def price(self, left: int) -> int:
        """What stays of a piece, rounded down once per rule."""
        for reach in self.reaches:
            left = left * (reach.of - reach.off) // reach.of
        return left

    def line(self, left: int, lines: int) -> int:
        """What stays of a line among so many (0: any number). By largest remainder a fen more than its part, rounded down, is
        taken only where what is rounded off is at least the lines' share of a fen: the others that have less would not make up
        the rest of it."""
        for off, of, *_ in self.reaches:
            left -= (left * off * lines + of * (lines - 1)) // (of * lines) if lines else -(-left * off // of)
        return left


class Beside(NamedTuple):
    """Of the pieces a rule of sets needs, `pieces`, those that are not the line's own are worth `worth` each at least after it."""

    pieces: int = 1
    worth: int = 0

    def least(self, left: int, quantity: int) -> int:
        """What goods are worth with a line of so many."""
        return left * quantity + max(self.pieces - quantity, 0) * self.worth


ALONE = Beside()


class Run:
    """Rules (positions) of which each looks at what the one before it left of the same goods, worth `most` at most."""

    def __init__(self, mall: Mall, rules: Sequence[int], stretches: dict[int, tuple[Stretch, ...]], most: int) -> None:
        self.rules, self.most = tuple(rules), most
        self._stretches = stretches
        self._grains = {k: mall.rules[k].grain for k in rules}
        self.grain = mall.rules[rules[0]].grain
        self.selections = list(_selections(mall, rules))
        self.courses = sorted(
            course
            for chosen in self.selections
            for total in {-(-total // self.grain) * self.grain for total in self._begins(chosen)}
            if (course := self.course(chosen, total)) is not None
        )
        self._totals = sorted({course.total for course in self.courses})
        self._lists: dict[int, list[Course]] = {}
        self._afters: dict[tuple[tuple[int, ...], int], Course | None] = {}
        self.smallest = _smallest(mall, rules[0])
        self.near = 500

    def course(self, chosen: tuple[int, ...], total: int) -> Course | None:
        """What becomes of goods worth so much; None where one of the rules takes nothing."""
        reaches: list[Reach] = []
        left, part = total, 1.0
        for k in chosen:
            stretch = None
            for each in self._stretches[k]:
                if each.start > left:
                    break
                stretch = each
            if stretch is None:
                return None
            reach = stretch.reach(left, self._grains[k])
            reaches.append(reach)
            part *= 1 - reach.off / reach.of
            left -= reach.taken
        return Course(part, total, chosen, tuple(reaches))

    def lowest(self, left: int, quantity: int, beside: Beside = ALONE) -> tuple[int, Course] | None:
        """What stays at least of a piece of a line of so many or more, each worth `left` or more, and the course; None: nothing is
        taken."""
        plain = self._plain(left, beside.least(left, quantity))
        if plain is None:
            return None
        best = left
        for pieces in range(quantity, quantity + MOST_PIECES):
            low = beside.least(left, pieces)
            if low > self.most:
                break
            seen, best = self._rounded(left, pieces, low, best)
            if best <= plain[0] or not seen:
                return max(best, plain[0]), plain[1]
        return plain

    def _plain(self, left: int, low: int) -> tuple[int, Course] | None:
        """By rounding down once per rule, among goods worth `low` or more."""
        best: tuple[int, Course] | None = None
        slack = len(self.rules) + 0.5
        for here in (False, True):
            limit = (best[0] + slack) / left if best is not None else 1.0
            for course in self._here(low, limit) if here else self._above(low):
                if best is not None and left * course.part - slack > best[0]:
                    break
                price = course.price(left)
                if best is None or price < best[0]:
                    best = price, course
        return best if best is not None and best[0] < left else None

    def _rounded(self, left: int, pieces: int, low: int, best: int) -> tuple[bool, int]:
        """For a line of just so many pieces: where no more lines are in the cart than goods beside it can make up, a fen more than
        its part is only taken of what has its share of it. Also whether there is any course that could come below `best`."""
        line, slack, seen = left * pieces, len(self.rules) / pieces + 1e-6, False
        for here in (False, True):
            for course in self._here(low, (best + slack) / left) if here else self._above(low):
                if course.part * left - slack >= best:
                    break
                seen = True
                # goods worth so much or a little more, and all that are worth still more
                lines = 1 + max(course.total + self.near - line, 0) // self.smallest
                best = min(best, course.line(line, lines) // pieces)
                after = self._after(course)
                if after is not None and after.part * left - slack < best:
                    best = min(best, after.line(line, 0) // pieces)
        return seen, best

    def _after(self, course: Course) -> Course | None:
        """What becomes of a little more goods."""
        key = course.rules, course.total
        if key not in self._afters:
            total = -(-(course.total + self.near) // self.grain) * self.grain
            self._afters[key] = self.course(course.rules, total)
        return self._afters[key]

    def _above(self, low: int) -> list[Course]:
        """The courses of goods worth `low` or more, by what part stays."""
        n = bisect_left(self._totals, low)
        if n not in self._lists:
            first = self._totals[n] if n < len(self._totals) else None
            self._lists[n] = [] if first is None else [course for course in self.courses if course.total >= first]
        return self._lists[n]

    def _here(self, low: int, limit: float) -> list[Course]:
        """The courses of goods worth just `low` of which less than a part stays; by what part stays."""
        low = -(-low // self.grain) * self.grain
        found: dict[tuple[int, ...], Course | None] = {}
        for begin in self.courses:  # where the interval begins in which `low` lies no less is taken
            if begin.part >= limit:
                break
            if begin.total < low and begin.rules not in found:
                found[begin.rules] = self.course(begin.rules, low)
        return sorted(course for course in found.values() if course is not None and course.part < limit)

    def _begins(self, chosen: tuple[int, ...]) -> set[int]:
        """The least amounts of all intervals."""
        wanted = {0}
        for k in reversed(chosen):
            stretches, found = self._stretches[k], set[int]()
            for n, stretch in enumerate(stretches):
                end = stretches[n + 1].start if n + 1 < len(stretches) else None
                for after in wanted:
                    total = stretch.least(after)
                    if end is None or total < end:
                        found.add(total)
            wanted = found
        return wanted


def _smallest(mall: Mall, k: int) -> int:
    """The least that goods in scope can be worth by the piece when rule `k` has its turn, above zero."""
    mine = mall.rules[k].mask
    before = [i for i in range(k) if mall.rules[i].compiled.lane > Lane.ITEM and mall.rules[i].mask & mine]
    if any(mall.rules[i].orderly or get_kind(mall.rules[i].rule.kind).names for i in before):
        return 1
    return max(_least_after(mall, mall.rules[k].positions, before), 1)


def smallest_after(mall: Mall, k: int) -> int:
    """What any piece that rule `k` counts is worth at least after it; 0 where there is something free among them."""
    positions = mall.rules[k].positions
    return 0 if any(mall.values[place].free for place in positions) else _least_after(mall, positions, [k])


def _least_after(mall: Mall, positions: Sequence[int], rules: Sequence[int]) -> int:
    """The least that one of these rules, which name no SKUs, leaves of a piece that is worth anything."""
    found: dict[tuple[int, int], int] = {}
    among = sum(1 << i for i in rules)
    for place in positions:
        value, named = mall.values[place].least, mall.named[place] & among
        if (named, value) not in found:
            low = value
            for i in bits(named):
                rule = mall.rules[i]
                piece = Piece(0, value, value, value, rule.smallest, rule.largest, rule.grain, mall.most)
                low = min([low, *(value * (r.of - r.off) // r.of for r in rule.ask(piece))])
            found[named, value] = low
    return min(found.values(), default=0)


def _selections(mall: Mall, rules: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """All choices of some of the rules that can be in one cart."""
    for use in range(1, 1 << len(rules)):
        chosen = tuple(k for n, k in enumerate(rules) if use >> n & 1)
        mine = sum(1 << k for k in chosen)
        if not any(mall.never[k] & mine for k in chosen):
            yield chosen


def runs(mall: Mall, rules: Sequence[int]) -> list[tuple[int, ...]]:
    """Rules that have their turn one after another, parted into runs; a rule that is in none stands alone."""
    found: list[list[int]] = []
    pending: list[int] = []  # rules between that are not there if any of those after them is
    for k in rules:
        if found and _joins(mall, found[-1], pending, k):
            found[-1].append(k)
        else:
            pending = []
            found.append([k])
    return [tuple(run) for run in found]


def _joins(mall: Mall, run: list[int], pending: list[int], k: int) -> bool:
    rule, last = mall.rules[k], mall.rules[run[-1]]
    if mall.apart or len(run) == MOST_RULES or not (rule.orderly and last.orderly) or rule.mask != last.mask:
        return False
    if any(get_kind(r.rule.kind).stretches is None for r in (rule, last)):
        return False
    mine = sum(1 << i for i in run)
    between = [m for m in range(run[-1] + 1, k) if mall.rules[m].mask & rule.mask and mine & ~mall.never[m]]
    if any(not mall.never[m] >> k & 1 for m in (*pending, *between)):
        return False
    pending += between
    return True


def run_of(mall: Mall, rules: Sequence[int]) -> Run | None:
    """The run of these rules; None where a step without end, or too many steps, keep it from being looked at whole."""
    far = {k: _stretches(mall, k, 0) for k in rules}
    endless = [k for k in rules if far[k] != _stretches(mall, k, far[k][-1].start * 2)]
    largest = mall.rules[rules[0]].largest
    most = largest * 100
    if endless:
        # above `most` all other rules are at their last step, and the one that goes on takes no larger part than below
        others = [stretch for k in rules if k not in endless for stretch in far[k]]
        kept = 1.0
        for k in rules:
            first = far[k][0]
            kept *= 1 - (max(s.basis_points for s in far[k]) / BASIS if first.basis_points else 0)
        step = far[endless[0]][0]
        kept *= 1 - step.off / step.start
        if len(endless) > 1 or kept <= 0.01:
            return None
        offs = sum(max(s.off for s in far[k]) for k in rules)
        most = int((max((s.start for s in others), default=0) + 3 * largest + offs + len(rules)) / kept) + 1
        if most // step.start > MOST_STRETCHES:
            return None
        far[endless[0]] = _stretches(mall, endless[0], most)
    whole = any(s.basis_points >= BASIS for k in rules for s in far[k])
    return None if whole or any(len(each) > MOST_STRETCHES for each in far.values()) else Run(mall, rules, far, most)


def _stretches(mall: Mall, k: int, most: int) -> tuple[Stretch, ...]:
    rule = mall.rules[k].rule
    stretches = get_kind(rule.kind).stretches
    assert stretches is not None
    return stretches(rule.terms, most)
