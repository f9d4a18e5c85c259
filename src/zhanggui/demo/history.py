"""Ninety days of a mall's life, day by day, through its services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from zhanggui.analytics import services as analytics
from zhanggui.kernel import clock, db, ids
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.ids import Chance
from zhanggui.orders import services as orders
from zhanggui.payments import services as payments
from zhanggui.payments.services import Practice
from zhanggui.pledges import services as pledges
from zhanggui.showcase import services as showcase

from . import (
    aftercare,
    dropshipping,
    fetching,
    packing,
    presales,
    present,
    purchasing,
    redress,
    rhythm,
    stocktaking,
    trials,
    workshop,
)
from .catalogue import LoadedGoods
from .clerks import Clerks
from .desk import Desk
from .goods import arrange
from .marketing import Marketing
from .people import Buyer, People
from .reviewing import Reviewing
from .shopping import PROVIDERS, Shopping
from .visits import Visits
from .warehouse import Warehouse
from .world import Tally, World

DAYS = 90
VISITS_PER_ORDER = 38
SWEEP = timedelta(hours=1)
SETTLING = (1, 11, 15, 19)  # hours at which refunds are sent and announcements heard
HANGING = timedelta(days=7)  # before the end the last pictures are hung up
STOCKTAKING = (0, 1, 3, 9, 27)  # days before which the planner looks at the tables anew
Progress = Callable[[int, int, Tally], None]
Stage = Callable[[str], None]


def live(
    clerks: Clerks, goods: Sequence[LoadedGoods], practice: Practice | None, *, member: int, seed: int, ends: datetime, days: int = DAYS,
    scale: int = 100, progress: Progress = lambda *_: None, hang: Callable[[], None] = lambda: None,
    stage: Stage = lambda _: None,
) -> Tally:  # fmt: skip
    """Live the `days` before `ends` in a mall whose goods are on sale; what happened, in numbers.

    `member` is whom visitors may sign in as: he buys, too. `scale` is how much is bought, in percent of an ordinary
    mall's. `hang` is done a week before the end; `stage` hears what is done between the last day and the end of it all.
    The caller owns the transaction.
    """
    history = History(clerks, goods, practice, ids.rng(seed), ends, days, scale)
    return history.live(member, progress, hang, stage)


class History:
    """Everybody who takes part, and the days."""

    def __init__(
        self,
        clerks: Clerks,
        goods: Sequence[LoadedGoods],
        practice: Practice | None,
        chance: Chance,
        ends: datetime,
        days: int,
        scale: int,
    ) -> None:
        self._first = clock.business_date(ends) - timedelta(days=days)
        begins = rhythm.at(self._first, time(0, 0))
        shelves = arrange(chance, goods)
        self._world = world = World(chance, begins, ends, clerks, shelves, People(chance), practice)
        self._desk = Desk(world)
        self._visits = Visits(world)
        self._reviewing = Reviewing(world)
        self._warehouse = Warehouse(world, self._arrived)
        self._shopping = Shopping(world, self._visits, self._warehouse)
        self._marketing = Marketing(world)
        self._days, self._scale = days, scale

    def live(self, member: int, progress: Progress, hang: Callable[[], None], stage: Stage) -> Tally:
        world = self._world
        world.agenda.plan(max(world.ends - HANGING, world.begins), hang)
        present.plan_member(world, self._shopping, self._desk, member)
        present.plan_open_work(world, self._shopping)
        presales.plan(world, member)
        trials.plan(world, member)
        purchasing.plan(world)
        with clock.at(world.begins - timedelta(hours=6)):
            world.shelves.open_with(40 * self._scale // 100, actor=world.clerks.warehouse)
            self._marketing.open()
        for age in range(self._days + 1):
            if age in STOCKTAKING or age == self._days:
                db.look_anew()
            self._live_day(self._first + timedelta(days=age), age)
            progress(age + 1, self._days + 1, world.tally)
        with clock.at(world.ends):
            stage("settling the last refunds")
            present.leave_cases_open(self._desk)
        aftercare.live(world, self._desk)
        fetching.live(world)
        with clock.at(world.ends):
            fetching.freight()
            packing.half_a_wave(world)
            stocktaking.keep_in_depth(world)
        dropshipping.live(world)
        workshop.live(world)
        redress.live(world, self._desk)
        with clock.at(world.ends):
            world.settle_money()
            stage("adding up visits and sales")
            self._close_the_week()
            analytics.sum_orders()
            showcase.refresh_together(actor=SYSTEM)
            pledges.look_at_prices(actor=SYSTEM)
        return world.tally

    def _arrived(self, number: str, buyer: Buyer, at: datetime) -> None:
        self._desk.arrived(number, buyer, at)
        self._reviewing.arrived(number, buyer)

    def _live_day(self, day: date, age: int) -> None:
        world, left = self._world, self._days - age
        world.busy = self._marketing.busy(left)
        morning, night = clock.day_bounds(day)
        with clock.at(morning):
            wanted = rhythm.orders_wanted(world.chance, day, age, world.busy) * self._scale // 100
            self._marketing.plan(day, left)
            self._warehouse.plan(day)
            self._shopping.plan(day, wanted)
            self._visits.look_around(day, wanted * VISITS_PER_ORDER)
            self._plan_routine(day)
        with clock.at(morning) as move:
            now = morning
            while now < min(night, world.ends):
                now = min(now + SWEEP, world.ends)
                world.live_until(now)
                move(now)
                self._sweep()
            self._visits.hand_over()

    def _sweep(self) -> None:
        """What the mall's timers and the carriers do all the time."""
        self._warehouse.read_news()
        if clock.local(clock.now()).hour in SETTLING:
            self._world.settle_money()

    def _plan_routine(self, day: date) -> None:
        """What is done once a day."""
        world = self._world
        plan = world.agenda.plan
        yesterday = day - timedelta(days=1)
        plan(rhythm.at(day, time(4, 17)), lambda: orders.complete_due(limit=2000))
        if world.practice is not None and yesterday >= self._first:
            plan(rhythm.at(day, time(10, 30)), lambda: payments.reconcile(yesterday, providers=PROVIDERS))
        if day.weekday() == 1:
            plan(rhythm.at(day, time(3, 10)), self._close_the_week)
        if day.weekday() in (0, 3):
            at = rhythm.at(day, time(8, 40))
            plan(at, lambda: self._buy_in(at))
        if day.weekday() == 2:
            plan(rhythm.at(day, time(15, 30)), lambda: world.shelves.break_some(actor=world.clerks.warehouse))

    def _buy_in(self, at: datetime) -> None:
        self._world.shelves.buy_in(46 * self._scale // 100, at, actor=self._world.clerks.warehouse)

    def _close_the_week(self) -> None:
        """Closed days become sums, and what nobody may keep goes."""
        self._visits.hand_over()  # the last of the evening, before its day is closed
        analytics.roll_up()
        analytics.purge()
