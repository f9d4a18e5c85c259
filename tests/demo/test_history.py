"""The demo's life: the same for the same seed, sound in all its books, sensible in its figures, and over when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import forget_everything
from zhanggui.aftersales import selectors as cases
from zhanggui.analytics import selectors as reports
from zhanggui.analytics import services as sums
from zhanggui.campaigns import selectors as campaigns
from zhanggui.catalog import selectors as catalog
from zhanggui.catalog import services
from zhanggui.catalog.types import ListingFacts, ProductDraft, SkuDraft
from zhanggui.demo import load as demo
from zhanggui.demo.catalogue import LoadedGoods, LoadedSku
from zhanggui.demo.clerks import Clerks
from zhanggui.demo.world import Tally
from zhanggui.kernel import clock, db, invariants
from zhanggui.orders import selectors as orders
from zhanggui.payments import selectors as payments
from zhanggui.pickup.selectors import points
from zhanggui.pricing import services as pricing
from zhanggui.pricing.types import PriceRow
from zhanggui.trials import selectors as trials

DAYS = 5
PASSWORD = "lotus-tea-4821"


@pytest.fixture
def gateway(settings: Any, tmp_path: Path) -> None:
    """A data directory of the test's own, with the address of a simulator that need not run."""
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.GATEWAY_URL = tmp_path, tmp_path / "media", "http://127.0.0.1:9"


def live(**more: Any) -> Tally:
    return demo.load(PASSWORD, days=DAYS, scale=40, furnish=twelve_goods, **more)


def twelve_goods(staff: Clerks) -> list[LoadedGoods]:
    """A small shop without pictures."""
    drafts = [
        ProductDraft(
            "test", f"G{n}", f"小物 {n} 号", (SkuDraft(f"G{n}-1", {"颜色": "红"}, weight_g=300), SkuDraft(f"G{n}-2", {"颜色": "白"})),
            category_path=("小物", "茶" if n % 2 else "杯"), slug=f"thing-{n}", title_en=f"Thing {n}",
        )
        for n in range(12)
    ]  # fmt: skip
    results = services.import_products(drafts, actor=staff.manager)
    ids = [sku for result in results for sku in result.sku_ids]
    rows = [PriceRow(sku, 5900 + n * 700, 4900 + n * 700, 2000 + n * 300) for n, sku in enumerate(ids)]
    pricing.set_prices(rows, actor=staff.manager, reason="test")
    services.list_products(
        [r.product_id for r in results if r.product_id], facts=ListingFacts(frozenset(ids), frozenset(ids)), actor=staff.manager
    )  # fmt: skip
    prices = {row.sku_id: row for row in rows}
    return [
        LoadedGoods(
            f"thing-{n}", result.product_id or 0, "things", 5 + n,
            tuple(LoadedSku(id, code, prices[id].sale_price or 0, prices[id].list_price, 0) for code, id in result.skus.items()),
        )
        for n, result in enumerate(results)
    ]  # fmt: skip


def story() -> list[tuple[Any, ...]]:
    """What happened, without the numbers that are drawn by lot. Instants count from the present, which moves on."""
    rows = db.rows(
        "select o.status, o.total, o.province, o.source, o.payment_provider, o.discount_total,"
        " (select array_agg(l.sku_code || 'x' || l.quantity order by l.position) from orders_orderline l where l.order_id = o.id)"
        " as lines from orders_order o order by o.placed_at, o.id"
    )
    return [(r["status"], r["total"], r["province"], r["source"], r["discount_total"], tuple(r["lines"])) for r in rows]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("gateway")
class TestTheLifeOfTheDemo:
    def test_is_sound_and_sensible(self):
        steps: list[int | str] = []
        hung: list[datetime] = []
        tally = live(
            progress=lambda done, days, _tally: steps.append(done),
            stage=steps.append,
            hang=lambda staff: hung.append(clock.now()),
        )

        assert len(hung) == 1, "the last pictures are hung up once"
        assert hung[0] < clock.now() - timedelta(days=DAYS - 1)
        after = ["settling the last refunds", "adding up visits and sales", "keeping it all"]
        assert steps == ["putting the goods on sale", *range(1, DAYS + 2), *after]
        assert not invariants.check()
        assert tally.orders > 30
        assert tally.delivered > 5
        counts = orders.counts_by_status()
        assert counts["pending_payment"] >= 3, "somebody has yet to pay"
        assert counts.get("paid", 0) + counts.get("fulfilling", 0) >= 3, "something has yet to leave"
        assert counts.get("delivered", 0) + counts.get("completed", 0) > 5
        assert cases.cases(state="requested").items, "a case waits for a decision"
        assert all(run.discrepancies == 0 and run.state == "done" for run in payments.reconciliations().items)

        self._its_report_is_sensible()
        self._nothing_is_left_to_be_made()
        planned = campaigns.campaigns().items
        assert [(row.state, row.goods, row.resources, row.overdue) for row in planned] == [("announced", 6, 4, 0)]
        running = {view.stage: view for view in trials.trials().items}
        assert running["open"].applied > 3, "one can be applied for"
        assert running["decided"].given == 5, "and one was decided yesterday"
        sponsors = {view.state: view for view in campaigns.sponsorships().items}
        assert sponsors["shown"].draft.sku_id
        before = catalog.state_counts()
        with pytest.raises(demo.NotEmpty):
            live()
        assert catalog.state_counts() == before, "it is never loaded over something"

    def _its_report_is_sensible(self):
        day = clock.business_date() - timedelta(days=1)
        report = {m.name: m.value or 0 for m in reports.figures("daily", day)}
        assert report["orders"] > 3
        assert 0.01 < report["order_conversion_rate"] < 0.06
        assert report["uv"] > report["orders"] * 10
        assert 0 < report["gross_margin_rate"] < 0.8

    def _nothing_is_left_to_be_made(self):
        """Sums of closed days, what is bought together, places to pick up: there for the first look."""
        assert sums.sum_orders() == []
        assert sums.roll_up() == []
        assert db.row("select 1 from showcase_together limit 1")
        assert points()

    def test_leaves_nothing_when_it_is_interrupted(self):
        def stop(done: int, _days: int, _tally: Tally) -> None:
            if done == 2:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            live(progress=stop)
        assert demo.is_empty()
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
        row = db.row("select kernel_now() as at")
        assert row is not None
        assert abs(row["at"] - datetime.now(UTC)) < timedelta(minutes=1)
        forget_everything()
        assert live().orders > 30, "and can begin anew"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("gateway")
def test_the_same_seed_gives_the_same_life(monkeypatch):
    ends = datetime(2026, 10, 20, 4, 30, tzinfo=UTC)
    told = []
    for seed in (1, 1, 2):
        with clock.at(ends):
            told.append(_told_and_forgotten(seed))
    assert told[0] == told[1]
    assert told[0] != told[2]


def _told_and_forgotten(seed: int) -> list[tuple[Any, ...]]:
    """Live, tell, and take it all back."""
    from django.db import transaction

    class Over(Exception):
        pass

    told: list[tuple[Any, ...]] = []
    with pytest.raises(Over), transaction.atomic():
        live(seed=seed)
        told = story()
        raise Over
    forget_everything()
    return told
