"""Which of the prices seen call for an answer, and which answer the rules propose."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction

from zhanggui.kernel import clock, db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.pricing import selectors as pricing

from ..events import RivalCheaper
from ..locks import hold_judging
from ..rules import calls, propose
from ..selectors import our_prices, rules_of

BATCH = 2_000
FRESH_MOST = timedelta(days=366)


def judge_all(*, actor: Actor = SYSTEM) -> int:
    """Judge every SKU of which a price is known; how many call for an answer. A transaction a batch."""
    found, after = 0, 0
    while True:
        rows = db.rows(
            "select distinct sku_id from rivals_seenprice where sku_id > %s and seen_on > %s order by sku_id limit %s",
            (after, clock.business_date() - FRESH_MOST, BATCH),
        )
        if not rows:
            return found
        after = rows[-1]["sku_id"]
        with transaction.atomic():
            found += judge([row["sku_id"] for row in rows])


@db.needs_transaction
def judge(sku_ids: Sequence[int]) -> int:
    """Make the open findings of SKUs what the latest prices say; how many are open then. What somebody left be or answered is not
    asked again for the same price."""
    hold_judging()
    wanted = sorted(set(sku_ids))
    latest = db.rows(
        "select distinct on (s.sku_id, s.rival_id) s.id, s.sku_id, s.price, s.seen_on, r.name as rival,"
        " exists (select from rivals_finding f where f.seen_id = s.id and f.state in ('answered', 'ignored')) as dealt"
        " from rivals_seenprice s join rivals_rival r on r.id = s.rival_id and r.active where s.sku_id = any(%s::bigint[])"
        " order by s.sku_id, s.rival_id, s.seen_on desc, s.id desc",
        (wanted,),
    )
    ours, rules, floors = our_prices(wanted), rules_of(wanted), pricing.floors(wanted)
    today = clock.business_date()
    cheapest: dict[int, dict[str, Any]] = {}
    for row in latest:
        sku = row["sku_id"]
        rule = rules[sku]
        if sku not in ours or row["dealt"] or row["seen_on"] < today - timedelta(days=rule.fresh_days):
            continue
        if calls(rule, ours[sku], row["price"]) and row["price"] < cheapest.get(sku, {"price": ours[sku]})["price"]:
            cheapest[sku] = row
    db.execute(
        "update rivals_finding set state = 'moot', decided_at = kernel_now() where state = 'open' and sku_id = any(%s::bigint[])"
        " and not (seen_id = any(%s::bigint[]) and ours = any(%s::bigint[]))",
        (wanted, [row["id"] for row in cheapest.values()], [ours[sku] for sku in cheapest]),
    )
    wishes = []
    for sku, row in cheapest.items():
        floor = floors.get(sku)
        proposal = propose(rules[sku], ours[sku], row["price"], floor.floor if floor else None)
        wishes.append(
            {"sku_id": sku, "seen_id": row["id"], "ours": ours[sku], "proposed": proposal.price, "held": proposal.held}
        )
    made = db.rows(
        "insert into rivals_finding (sku_id, seen_id, ours, proposed, held) select w.sku_id, w.seen_id, w.ours, w.proposed, w.held"
        " from jsonb_to_recordset(%s) as w(sku_id bigint, seen_id bigint, ours bigint, proposed bigint, held text)"
        " on conflict (sku_id) where state = 'open' do nothing returning id, sku_id",
        (db.Json(wishes),),
    )
    outbox.record(
        *(
            RivalCheaper(
                finding_id=each["id"],
                sku_id=each["sku_id"],
                rival=cheapest[each["sku_id"]]["rival"],
                theirs=cheapest[each["sku_id"]]["price"],
                ours=ours[each["sku_id"]],
            )
            for each in made
        )
    )
    return len(cheapest)
