"""Reads of the warehouse's day: what the review holds, the waves, the picker's walk, and the box on the packing table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from zhanggui.kernel import db, mall_settings, paging
from zhanggui.kernel.paging import Page
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders

from . import rules
from .inserts import fitting
from .places import walk
from .states import PASSED
from .types import BoxView, FindingView, Note, PickLine, ReviewView, TaskLineView, TaskView, WaveView

_REVIEWS = """
select r.id, r.order_number, r.state, r.findings, r.bundle, r.parts, r.warehouses, r.due_at, r.decided_by, r.decided_at, r.reason
from fulfilment_review r
"""
_WAVES = """
select w.id, w.number, w.warehouse_id, w.kind, w.carrier, w.made_by, w.made_at, s.* from fulfilment_wave w
cross join lateral (select count(*)::int as tasks, count(distinct t.order_number)::int as orders,
    count(*) filter (where t.state = 'picking')::int as picking, count(*) filter (where t.state = 'packing')::int as packing,
    count(*) filter (where t.state = 'short')::int as short, count(*) filter (where t.state = 'packed')::int as packed,
    count(*) filter (where t.state = 'stopped')::int as stopped,
    (select coalesce(sum(l.quantity), 0)::int from fulfilment_task u join fulfilment_taskline l on l.task_id = u.id
     where u.wave_id = w.id) as units
    from fulfilment_task t where t.wave_id = w.id) s
"""
_TASKS = """
select t.id, coalesce(w.number, '') as wave, coalesce(w.carrier, '') as carrier, t.order_number, t.warehouse_id, t.part, t.bundle,
    t.basket, t.state, t.packer_id, t.packer, t.packed_at, t.parcel, t.weight_g, t.carrier as by_hand, t.carrier_reason,
    (select coalesce(jsonb_agg(jsonb_build_array(l.line, l.sku_id, l.sku_code, l.barcode, l.title, l.options, l.image, l.weight_g,
        l.quantity, l.short, l.scanned, l.serials) order by l.line), '[]') from fulfilment_taskline l where l.task_id = t.id) as lines
from fulfilment_task t left join fulfilment_wave w on w.id = t.wave_id
"""


def reviews(state: str, *, cursor: str = "", limit: int = 50) -> Page[ReviewView]:
    """Orders that are held (or passed and in no wave yet), the most urgent first. One statement."""
    due, last = _after(cursor) if cursor else (None, None)
    rows = db.rows(
        # the state is a constant, so that the index of that state alone serves
        _REVIEWS + f" where r.state = '{'passed' if state == PASSED else 'held'}'"
        " and (%s::timestamptz is null or (r.due_at, r.id) > (%s::timestamptz, %s)) order by r.due_at, r.id limit %s",
        (due, due, last, limit + 1),
    )
    page = paging.page(rows, limit, lambda row: row["due_at"], lambda row: row["id"])
    return Page([_review(row) for row in page.items], page.next_cursor)


def _after(cursor: str) -> tuple[datetime, int]:
    return paging.decode(cursor, datetime, int)


def reviews_of(order_numbers: Sequence[str]) -> dict[str, ReviewView]:
    """The reviews of these orders, as far as they have one. One statement."""
    rows = db.rows(_REVIEWS + " where r.order_number = any(%s)", (list(order_numbers),))
    return {row["order_number"]: _review(row) for row in rows}


def companions(bundles: Sequence[str]) -> dict[str, list[str]]:
    """The orders in each of these boxes. One statement, none for none."""
    found: dict[str, list[str]] = defaultdict(list)
    wanted = sorted({bundle for bundle in bundles if bundle})
    if wanted:
        for row in db.rows(
            "select bundle, order_number from fulfilment_review where bundle = any(%s) and state <> 'over' order by id",
            (wanted,),
        ):
            found[row["bundle"]].append(row["order_number"])
    return dict(found)


def review_counts(most: int = 1000) -> dict[str, int]:
    """How many orders are held, and how many passed and in no wave, each counted up to `most`. One statement."""
    found = db.row(
        "select (select count(*)::int from (select 1 from fulfilment_review where state = 'held' limit %(most)s) h) as held,"
        " (select count(*)::int from (select 1 from fulfilment_review where state = 'passed' limit %(most)s) p) as passed",
        {"most": most},
    )
    return dict(found or {})


def _review(row: dict[str, Any]) -> ReviewView:
    findings = tuple(FindingView(f["code"], f["level"], f["data"]) for f in row["findings"])
    parts = tuple({int(line): units for line, units in part.items()} for part in row["parts"])
    plain = {name: row[name] for name in ReviewView.__slots__ if name not in ("findings", "parts", "warehouses")}
    return ReviewView(**plain, findings=findings, parts=parts, warehouses=tuple(row["warehouses"]))


def waves(*, cursor: str = "", limit: int = 50) -> Page[WaveView]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _WAVES + " where (%s::bigint is null or w.id < %s) order by w.id desc limit %s", (before, before, limit + 1)
    )
    page = paging.page(rows, limit, lambda row: row["id"])
    return Page([_wave(row) for row in page.items], page.next_cursor)


def wave(number: str) -> WaveView:
    """One statement. Raises NotFound."""
    row = db.row(_WAVES + " where w.number = %s", (number,))
    if row is None:
        raise NotFound()
    return _wave(row)


def _wave(row: dict[str, Any]) -> WaveView:
    return WaveView(**{name: row[name] for name in WaveView.__slots__})


def tasks_of(wave_number: str, *, limit: int = 600) -> list[TaskView]:
    """The tasks of a wave by basket. One statement."""
    rows = db.rows(_TASKS + " where w.number = %s order by t.basket, t.id limit %s", (wave_number, limit))
    return [_task(row) for row in rows]


def tasks_by_box(order_numbers: Sequence[str]) -> dict[str, TaskView]:
    """The open tasks of these orders by what their box is called (its first part stands for it). One statement."""
    rows = db.rows(
        _TASKS + " where t.order_number = any(%s) and t.state <> 'stopped' order by t.id", (list(order_numbers),)
    )
    return {rules.box_reference([row]): _task(row) for row in rows}


def _task(row: dict[str, Any]) -> TaskView:
    plain = {name: row[name] for name in TaskView.__slots__ if name != "lines"}
    return TaskView(**plain, lines=tuple(TaskLineView(*line) for line in row["lines"]))


def pick_list(wave_number: str) -> list[PickLine]:
    """What is to be taken, in the order in which one walks past it: each article once a shelf and batch. What is packed or short is
    apart; what the stock names no shelf for stands at the end, by its code. Three statements. Raises NotFound.
    """
    head = wave(wave_number)
    tasks = [task for task in tasks_of(wave_number) if task.state in ("picking", "short")]
    wanted: dict[tuple[str, int], int] = defaultdict(int)
    short: dict[str, int] = defaultdict(int)
    articles: dict[str, TaskLineView] = {}
    baskets = {task.order_number: task.basket for task in tasks}
    for task in tasks:
        for line in task.lines:
            wanted[task.order_number, line.line] += line.wanted
            short[line.sku_code] += line.short
            articles[line.sku_code] = line
    codes = {(task.order_number, line.line): line.sku_code for task in tasks for line in task.lines}
    stops: dict[tuple[str, str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    places: dict[tuple[str, str, str], int] = {}
    for place in walk(head.warehouse_id, list(baskets)):
        at = place.order_number, place.line
        units = min(place.quantity, wanted.get(at, 0))
        if units > 0:
            stop = (place.location, place.batch, codes[at])
            wanted[at] -= units
            stops[stop][baskets[place.order_number]] += units
            places.setdefault(stop, place.place)
    for (number, position), units in wanted.items():
        if units > 0:
            stops["", "", codes[number, position]][baskets[number]] += units
    seen: set[str] = set()
    found = []
    for stop in sorted(
        stops, key=lambda stop: (stop[0] == "", places.get(stop, 0) if stop[0] else 0, stop[2], stop[1])
    ):
        location, batch, code = stop
        found.append(
            _pick(" ".join(filter(None, (location, batch))), articles[code], stops[stop], short[code], code in seen)
        )
        seen.add(code)
    missing = [code for code in sorted(short) if short[code] and code not in seen]
    return [*found, *(_pick("", articles[code], {}, short[code], False) for code in missing)]


def _pick(place: str, line: TaskLineView, baskets: dict[int, int], short: int, again: bool) -> PickLine:
    return PickLine(
        place, line.sku_id, line.sku_code, line.barcode, line.title, line.options, line.image, sum(baskets.values()),
        0 if again else short, tuple(sorted(baskets.items())),
    )  # fmt: skip


def box(task_id: int) -> BoxView:
    """The box a task belongs to. Four statements, with rules for small gifts up to eight. Raises NotFound."""
    first = db.row("select id, bundle, wave_id, state from fulfilment_task where id = %s", (task_id,))
    if first is None:
        raise NotFound()
    rows = db.rows(
        _TASKS + " where t.id = %s or (%s <> '' and t.bundle = %s and t.wave_id = %s and t.state = %s) order by t.id",
        (task_id, first["bundle"], first["bundle"], first["wave_id"], first["state"]),
    )
    tasks = tuple(_task(row) for row in rows)
    numbers = sorted({task.order_number for task in tasks})
    known = orders.to_pack(numbers)
    inserts = fitting(numbers)
    wanted = [(line.weight_g, line.wanted) for task in tasks for line in task.lines if line.wanted]
    return BoxView(
        tasks,
        tuple(known[number] for number in numbers),
        tuple(
            Note(datetime.fromisoformat(note["at"]), note["by"], note["text"] or "")
            for number in numbers
            for note in known[number]["notes"]
        ),
        tuple(known[number]["buyer_note"] for number in numbers if known[number]["buyer_note"].strip()),
        tuple({rule.id: rule for number in numbers for rule in inserts.get(number, ())}.values()),
        rules.expected_grams(wanted, mall_settings.get("fulfilment.packaging_grams")),
    )


def on_the_table(packer_id: int) -> list[TaskView]:
    """What a packer has begun and not finished, oldest first. One statement."""
    rows = db.rows(
        _TASKS + " where t.state = 'packing' and t.packer_id = %s order by t.opened_at limit 20", (packer_id,)
    )
    return [_task(row) for row in rows]


def packed_since(at: datetime) -> list[dict[str, Any]]:
    """Boxes packed since then, by packer, most first: packer, boxes, units. One statement."""
    return db.rows(
        "select t.packer, count(*)::int as boxes, sum(l.units)::int as units from fulfilment_task t"
        " cross join lateral (select coalesce(sum(l.scanned), 0) as units from fulfilment_taskline l where l.task_id = t.id) l"
        " where t.packed_at >= %s group by t.packer order by boxes desc, t.packer",
        (at,),
    )
