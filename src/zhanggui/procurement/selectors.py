"""Reads of procurement. Each public function names its number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound

from . import files
from .errors import LinkVoid
from .rules import compared, link_fits, link_secret
from .states import ORDER, SUPPLIER
from .taken_in import taken_in as taken_in
from .taken_in import taken_in_of as taken_in_of
from .types import (
    PAPER_KINDS,
    Ageing,
    AgreementDraft,
    AgreementView,
    BidView,
    Break,
    Contact,
    InvitationView,
    Kept,
    Lead,
    NoteView,
    OfferingDraft,
    OnOrder,
    OrderLineView,
    OrderView,
    PaperDraft,
    PaperView,
    PayableView,
    PaymentView,
    PurchaseRow,
    ReceiptLineView,
    ReceiptView,
    Scorecard,
    Statement,
    StatementLine,
    SupplierDraft,
    SupplierRow,
    SupplierView,
    TenderLineView,
    TenderRow,
    TenderView,
    Terms,
)

_SUPPLIER = """
select s.*, exists (select 1 from procurement_paper p where p.supplier_id = s.id and p.mandatory
    group by p.kind having max(p.expires_on) < %s) as blocked from procurement_supplier s
"""


def supplier(supplier_id: int) -> SupplierView:
    """One supplier. One statement. Raises NotFound."""
    row = db.row(_SUPPLIER + " where s.id = %s", (clock.business_date(), supplier_id))
    if row is None:
        raise NotFound()
    return _supplier(row)


def supplier_page(
    *, q: str = "", state: str = "", mode: str = "", cursor: str = "", limit: int = 50
) -> paging.Page[SupplierRow]:
    """Newest first; `q` is part of a name or code. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select s.id, s.code, s.name, s.name_en, s.mode, s.state, s.currency, s.lead_days,"
        " (select count(*)::int from procurement_order o where o.supplier_id = s.id and o.state in ('sent', 'confirmed', 'part'))"
        " as underway,"
        " coalesce((select sum(p.amount - p.settled)::bigint from procurement_payable p where p.supplier_id = s.id"
        " and p.amount <> p.settled), 0) as owed,"
        " exists (select 1 from procurement_paper p where p.supplier_id = s.id and p.mandatory"
        " group by p.kind having max(p.expires_on) < %s) as blocked"
        " from procurement_supplier s where (%s = '' or s.state = %s) and (%s = '' or s.mode = %s)"
        " and (%s = '' or strpos(lower(s.code || ' ' || s.name || ' ' || s.name_en), lower(%s)) > 0)"
        " and (%s::bigint is null or s.id < %s) order by s.id desc limit %s",
        (clock.business_date(), state, state, mode, mode, q, q, before, before, limit + 1),
    )
    return paging.page([SupplierRow(**row) for row in rows], limit, lambda row: row.id)


def supplier_choices(
    *, states: Sequence[str] = ("candidate", "approved"), currency: str = ""
) -> list[tuple[int, Text]]:
    """Suppliers to choose from, by name. One statement."""
    rows = db.rows(
        "select id, name, name_en from procurement_supplier where state = any(%s) and (%s = '' or currency = %s) order by name, id",
        (list(states), currency, currency),
    )
    return [(row["id"], Text(row["name"], row["name_en"] or row["name"])) for row in rows]


def currencies(supplier_ids: Iterable[int]) -> dict[int, str]:
    """In what each supplier is paid. One statement."""
    rows = db.rows("select id, currency from procurement_supplier where id = any(%s::bigint[])", (list(supplier_ids),))
    return {row["id"]: row["currency"] for row in rows}


def papers(supplier_id: int) -> list[PaperView]:
    """The papers of a supplier, newest first. One statement."""
    return _papers("p.supplier_id = %s", (supplier_id,))


def expiring_papers(limit: int = 200) -> list[PaperView]:
    """Papers of suppliers in business that have expired or soon will, unless a newer one of their kind is there. One statement."""
    soon = clock.business_date() + timedelta(days=mall_settings.get("procurement.paper_days"))
    return _papers(
        "p.expires_on <= %s and s.state in ('candidate', 'approved') and not exists (select 1 from procurement_paper n"
        " where n.supplier_id = p.supplier_id and n.kind = p.kind and n.expires_on > p.expires_on)",
        (soon,),
        "p.expires_on, p.id",
        limit,
    )


def _papers(where: str, params: tuple[Any, ...], order: str = "p.id desc", limit: int = 200) -> list[PaperView]:
    rows = db.rows(
        "select p.*, s.name from procurement_paper p join procurement_supplier s on s.id = p.supplier_id"
        f" where {where} order by {order} limit %s",
        (*params, limit),
    )
    today = clock.business_date()
    soon = today + timedelta(days=mall_settings.get("procurement.paper_days"))
    return [
        PaperView(
            row["id"], row["supplier_id"], row["name"],
            PaperDraft(row["kind"], row["number"], row["expires_on"], row["mandatory"]), row["file"],
            "good" if row["expires_on"] is None or row["expires_on"] > soon
            else "expired" if row["expires_on"] < today else "soon",
        )
        for row in rows
    ]  # fmt: skip


def expired_papers(supplier_id: int) -> list[Text]:
    """The kinds of mandatory papers that have expired, in words. One statement."""
    rows = db.rows(
        "select kind from procurement_paper where supplier_id = %s and mandatory group by kind having max(expires_on) < %s",
        (supplier_id, clock.business_date()),
    )
    return [PAPER_KINDS[row["kind"]] for row in rows]


def paper_file(supplier_id: int, paper_id: int) -> Path:
    """Where the file of a paper lies. One statement. Raises NotFound."""
    row = db.row("select file from procurement_paper where id = %s and supplier_id = %s", (paper_id, supplier_id))
    path = files.file_of(row["file"]) if row else None
    if path is None:
        raise NotFound()
    return path


def offerings(supplier_id: int) -> list[OfferingDraft]:
    """What he sells of ours. One statement."""
    rows = db.rows(
        "select sku_id, supplier_code, pack_size, minimum_quantity, lead_days from procurement_offering"
        " where supplier_id = %s order by id",
        (supplier_id,),
    )
    return [OfferingDraft(**row) for row in rows]


def suppliers_of(sku_ids: Iterable[int]) -> dict[int, list[int]]:
    """The approved suppliers of each SKU, the cheapest agreed price of today first. One statement."""
    wanted = list(sku_ids)
    rows = db.rows(
        "select f.sku_id, f.supplier_id from procurement_offering f join procurement_supplier s on s.id = f.supplier_id"
        " left join procurement_agreement a on a.supplier_id = f.supplier_id and a.sku_id = f.sku_id"
        " and daterange(a.starts_on, a.ends_on, '[]') @> %s where f.sku_id = any(%s) and s.state = 'approved'"
        " order by f.sku_id, (a.breaks -> 0 ->> 1)::bigint nulls last, f.supplier_id",
        (clock.business_date(), wanted),
    )
    found: dict[int, list[int]] = {sku: [] for sku in wanted}
    for row in rows:
        found[row["sku_id"]].append(row["supplier_id"])
    return found


def agreements(supplier_id: int) -> list[AgreementView]:
    """All price agreements of a supplier, the newest day first. One statement."""
    rows = db.rows(
        "select * from procurement_agreement where supplier_id = %s order by starts_on desc, id desc limit 500",
        (supplier_id,),
    )
    today = clock.business_date()
    return [
        AgreementView(
            row["id"], supplier_id, AgreementDraft(row["sku_id"], row["starts_on"], row["ends_on"], _breaks(row["breaks"])),
            row["tender"],
            "planned" if row["starts_on"] > today
            else "over" if row["ends_on"] is not None and row["ends_on"] < today else "valid",
        )
        for row in rows
    ]  # fmt: skip


def terms(supplier_id: int, sku_ids: Sequence[int], day: date) -> dict[int, Terms]:
    """How these SKUs are bought of him on a day; every SKU is answered, also what he never sold. One statement."""
    rows = db.rows(
        "select w.sku_id, coalesce(f.supplier_code, '') as supplier_code, coalesce(f.pack_size, 1) as pack_size,"
        " coalesce(f.minimum_quantity, 1) as minimum_quantity, coalesce(f.lead_days, s.lead_days)::int as lead_days, a.breaks,"
        " (select l.price from procurement_orderline l join procurement_order o on o.id = l.order_id where o.supplier_id = s.id"
        " and l.sku_id = w.sku_id and o.sent_at is not null order by o.sent_at desc limit 1) as last_price"
        " from procurement_supplier s cross join unnest(%s::bigint[]) as w(sku_id)"
        " left join procurement_offering f on f.supplier_id = s.id and f.sku_id = w.sku_id"
        " left join procurement_agreement a on a.supplier_id = s.id and a.sku_id = w.sku_id"
        " and daterange(a.starts_on, a.ends_on, '[]') @> %s where s.id = %s",
        (list(sku_ids), day, supplier_id),
    )
    return {row["sku_id"]: Terms(**{**row, "breaks": _breaks(row["breaks"])}) for row in rows}


def _breaks(stored: list[list[int]] | None) -> tuple[Break, ...]:
    return tuple(Break(*each) for each in stored or ())


_ROWS = """
select o.id, o.number, o.supplier_id, s.name as supplier, s.name_en as supplier_en, o.state, o.currency, o.total, o.expected_on, o.late,
    o.drafted_at, o.drafted_label, l.lines, l.ordered, l.good
from procurement_order o join procurement_supplier s on s.id = o.supplier_id join lateral (
    select count(*)::int as lines, sum(coalesce(confirmed, quantity))::int as ordered, sum(good)::int as good
    from procurement_orderline l where l.order_id = o.id) l on true
"""


def orders(
    *, state: str = "", supplier_id: int | None = None, late: str = "", q: str = "", cursor: str = "", limit: int = 50
) -> paging.Page[PurchaseRow]:
    """Newest first; `state` "underway" stands for those whose goods are to come. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    states = ["sent", "confirmed", "part"] if state == "underway" else [state] if state else None
    rows = db.rows(
        _ROWS + " where (%s::text[] is null or o.state = any(%s)) and (%s::bigint is null or o.supplier_id = %s)"
        " and (%s = '' or o.late = %s) and (%s = '' or o.number = %s)"
        " and (%s::bigint is null or o.id < %s) order by o.id desc limit %s",
        (states, states, supplier_id, supplier_id, late, late, q, q, before, before, limit + 1),
    )
    return paging.page([PurchaseRow(**row) for row in rows], limit, lambda row: row.id)


def late_orders(limit: int = 200) -> list[PurchaseRow]:
    """Late ones, then those that likely will be; the longest first. One statement."""
    rows = db.rows(
        _ROWS
        + " where o.late <> '' and o.state in ('sent', 'confirmed', 'part') order by o.late desc, o.expected_on, o.id limit %s",
        (limit,),
    )
    rows.sort(key=lambda row: (row["late"] != "late", row["expected_on"]))
    return [PurchaseRow(**row) for row in rows]


def order(number: str) -> OrderView:
    """One purchase order with its lines, receipts and notes. Four statements. Raises NotFound."""
    row = db.row("select * from procurement_order where number = %s", (number,))
    if row is None:
        raise NotFound()
    parts = db.row(
        "select (select jsonb_agg(to_jsonb(l) - 'order_id' order by l.position) from procurement_orderline l where l.order_id = %(id)s)"
        " as lines, (select jsonb_agg(to_jsonb(n) - 'order_id' - 'id' order by n.id) from procurement_note n"
        " where n.order_id = %(id)s) as notes",
        {"id": row["id"]},
    )
    assert parts is not None
    fields = {name: row[name] for name in OrderView.__slots__ if name in row}
    notes = [
        NoteView(**{**each, "at": datetime.fromisoformat(each["at"]), "arrives_on": _day(each["arrives_on"])})
        for each in parts["notes"] or ()
    ]
    lines = tuple(OrderLineView(**each) for each in parts["lines"] or ())
    return OrderView(
        **fields, supplier=supplier(row["supplier_id"]), lines=lines, notes=tuple(notes),
        receipts=tuple(_receipts(row["id"])), actions=ORDER.actions(row["state"]),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _receipts(order_id: int) -> list[ReceiptView]:
    rows = db.rows(
        'select r.number, r.kind, r.note, r."by", r.at, coalesce(p.amount, 0) as amount, (select jsonb_agg(jsonb_build_array('
        "l.position, l.sku_id, x.good, x.rejected, x.reason) order by l.position) from procurement_receiptline x"
        " join procurement_orderline l on l.id = x.line_id where x.receipt_id = r.id) as lines from procurement_receipt r"
        " left join procurement_payable p on p.receipt_id = r.id where r.order_id = %s order by r.id",
        (order_id,),
    )
    return [
        ReceiptView(**{**row, "lines": tuple(ReceiptLineView(*each) for each in row["lines"] or ())}) for row in rows
    ]


def order_link(view: OrderView) -> str:
    """Where the supplier sees the order, without the mall's address."""
    return f"/supply/orders/{view.number}/{link_secret('order', view.number, view.edition)}"


def order_by_link(number: str, secret: str) -> OrderView:
    """What the supplier's link shows. Four statements. Raises LinkVoid; also for what was not sent yet."""
    try:
        view = order(number)
    except NotFound:
        raise LinkVoid() from None
    if view.sent_at is None or not link_fits("order", number, view.edition, secret):
        raise LinkVoid()
    return view


def on_order(sku_ids: Iterable[int]) -> list[OnOrder]:
    """Units that are to come, by SKU, the first expected first. One statement."""
    rows = db.rows(
        "select l.sku_id, o.warehouse_id, (coalesce(l.confirmed, l.quantity) - l.good)::int as units, o.expected_on, o.number"
        " from procurement_orderline l join procurement_order o on o.id = l.order_id"
        " where l.sku_id = any(%s::bigint[]) and o.state in ('sent', 'confirmed', 'part')"
        " and coalesce(l.confirmed, l.quantity) > l.good order by l.sku_id, o.expected_on, o.id",
        (list(sku_ids),),
    )
    return [OnOrder(**row) for row in rows]


def kept(sku_ids: Iterable[int], each: int = 3) -> list[Kept]:
    """With which orders units of these SKUs came that could go back, of each SKU the latest `each`. One statement."""
    rows = db.rows(
        "select k.* from unnest(%s::bigint[]) w(sku_id) cross join lateral (select l.sku_id, o.number, s.name as supplier,"
        " l.good - l.returned as units from procurement_orderline l join procurement_order o on o.id = l.order_id"
        " join procurement_supplier s on s.id = o.supplier_id where l.sku_id = w.sku_id and l.good > l.returned"
        " order by o.id desc limit %s) k",
        (sorted(set(sku_ids)), each),
    )
    return [Kept(**row) for row in rows]


def units_on_order(sku_ids: Iterable[int]) -> dict[int, int]:
    """How many units are to come; every SKU asked for is answered. One statement."""
    wanted = list(sku_ids)
    found = dict.fromkeys(wanted, 0)
    for each in on_order(wanted):
        found[each.sku_id] += each.units
    return found


def attention(most: int = 1000) -> dict[str, int]:
    """How many orders are late, likely late, to be approved or confirmed; papers and tenders that wait; each counted up to
    `most`. One statement."""
    today = clock.business_date()
    soon = today + timedelta(days=mall_settings.get("procurement.paper_days"))
    row = db.row(
        "select (select count(*)::int from (select 1 from procurement_order where late = 'late' and state in"
        " ('sent', 'confirmed', 'part') limit %(most)s) a) as late,"
        " (select count(*)::int from (select 1 from procurement_order where late = 'likely' and state in"
        " ('sent', 'confirmed', 'part') limit %(most)s) a) as likely,"
        " (select count(*)::int from (select 1 from procurement_order where state = 'draft' limit %(most)s) a) as drafts,"
        " (select count(*)::int from (select 1 from procurement_tender where state = 'open' and deadline <= kernel_now()"
        " limit %(most)s) a) as tenders,"
        " (select count(*)::int from (select 1 from procurement_payable where amount > settled and due_on < %(today)s"
        " limit %(most)s) a) as overdue,"
        " (select count(*)::int from (select 1 from procurement_paper p join procurement_supplier s on s.id = p.supplier_id"
        " where p.expires_on <= %(soon)s and s.state in ('candidate', 'approved') and not exists (select 1 from procurement_paper n"
        " where n.supplier_id = p.supplier_id and n.kind = p.kind and n.expires_on > p.expires_on) limit %(most)s) a) as papers",
        {"most": most, "today": today, "soon": soon},
    )
    return dict(row or {})


# --- tenders ---


def _stage(state: str, deadline: datetime) -> str:
    return "opened" if state == "open" and deadline <= clock.now() else state


def tenders(*, cursor: str = "", limit: int = 50) -> paging.Page[TenderRow]:
    """Newest first. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select t.id, t.number, t.title, t.deadline, t.state, t.created_at,"
        " (select count(*)::int from procurement_tenderline l where l.tender_id = t.id) as lines, i.invited, i.submitted"
        " from procurement_tender t join lateral (select count(*)::int as invited,"
        " count(*) filter (where submitted_at is not null and not declined)::int as submitted from procurement_invitation i"
        " where i.tender_id = t.id) i on true where %s::bigint is null or t.id < %s order by t.id desc limit %s",
        (before, before, limit + 1),
    )
    found = [TenderRow(stage=_stage(row.pop("state"), row["deadline"]), **row) for row in rows]
    return paging.page(found, limit, lambda row: row.id)


def tender(tender_id: int) -> TenderView:
    """One tender; the offers in it are empty while they are sealed. Three statements, four once they are not. Raises NotFound."""
    row = db.row("select * from procurement_tender where id = %s", (tender_id,))
    if row is None:
        raise NotFound()
    lines = [
        TenderLineView(**each)
        for each in db.rows(
            "select id, position, sku_id, quantity, note, awarded_id as awarded from procurement_tenderline where tender_id = %s"
            " order by position",
            (tender_id,),
        )
    ]
    stage = _stage(row["state"], row["deadline"])
    opened = bids(tender_id) if stage in ("opened", "awarded") else []
    by_invitation: dict[int, dict[int, BidView]] = {}
    for each in opened:
        by_invitation.setdefault(each["invitation_id"], {})[each["position"]] = _bid(each, row)
    invited = db.rows(
        "select i.*, s.name, s.name_en, s.state from procurement_invitation i join procurement_supplier s on s.id = i.supplier_id"
        " where i.tender_id = %s order by i.id",
        (tender_id,),
    )
    fields = {name: row[name] for name in TenderView.__slots__ if name in row}
    return TenderView(
        **fields, stage=stage, lines=tuple(lines),
        invitations=tuple(_invitation(each, by_invitation.get(each["id"], {}), lines, bool(opened), row) for each in invited),
    )  # fmt: skip


def _bid(row: Mapping[str, Any], tender: Mapping[str, Any]) -> BidView:
    currency = row["currency"] or tender["currency"]
    price = compared(row["price"], currency, tender["currency"], tender["rates"].get(currency, ""))
    return BidView(row["position"], price, row["lead_days"], row["remark"], row["price"])


def _invitation(
    row: Mapping[str, Any], bids: Mapping[int, BidView], lines: Sequence[TenderLineView], opened: bool,
    tender: Mapping[str, Any],
) -> InvitationView:  # fmt: skip
    whole = opened and all(line.position in bids for line in lines)
    return InvitationView(
        row["id"], row["supplier_id"], row["name"], row["name_en"], row["state"], row["edition"], row["submitted_at"],
        row["revisions"], row["declined"], row["remarks"] if opened else "", bids,
        sum(bids[line.position].price * line.quantity for line in lines) if whole else None,
        row["currency"] or tender["currency"], tender["rates"].get(row["currency"], ""),
    )  # fmt: skip


def bids(tender_id: int) -> list[dict[str, Any]]:
    """All offers of a tender, for whoever has seen that they are not sealed any more. One statement."""
    return db.rows(
        "select b.invitation_id, i.supplier_id, i.currency, l.position, l.sku_id, l.quantity, b.price, b.lead_days, b.remark"
        " from procurement_bid b join procurement_invitation i on i.id = b.invitation_id join procurement_tenderline l"
        " on l.id = b.line_id where i.tender_id = %s order by l.position, b.price, b.lead_days, b.id",
        (tender_id,),
    )


def bid_link(invitation: InvitationView) -> str:
    """Where the supplier makes his offer, without the mall's address."""
    return f"/supply/tenders/{invitation.id}/{link_secret('bid', str(invitation.id), invitation.edition)}"


def tender_by_link(invitation_id: int, secret: str) -> tuple[TenderView, InvitationView]:
    """What an invited supplier sees: the request and his own offer, nobody else's. Six statements. Raises LinkVoid."""
    row = db.row(
        "select i.tender_id, i.edition, t.currency, t.rates from procurement_invitation i"
        " join procurement_tender t on t.id = i.tender_id where i.id = %s",
        (invitation_id,),
    )
    if row is None or not link_fits("bid", str(invitation_id), row["edition"], secret):
        raise LinkVoid()
    view = tender(row["tender_id"])
    if view.stage == "draft":
        raise LinkVoid()
    own = {each["position"]: _bid(each, row) for each in bids(view.id) if each["invitation_id"] == invitation_id}
    raw = db.row(
        "select i.*, s.name, s.name_en, s.state from procurement_invitation i join procurement_supplier s on s.id = i.supplier_id"
        " where i.id = %s",
        (invitation_id,),
    )
    assert raw is not None
    return view, _invitation(raw, own, view.lines, True, row)


# --- learned ---

#: Days from sending to receipt, a row for each line of each receipt.
_LEADS = """
select o.supplier_id, l.sku_id, r.id as receipt_id,
    greatest((r.at at time zone %(zone)s)::date - (o.sent_at at time zone %(zone)s)::date, 0) as days
from procurement_receiptline x join procurement_receipt r on r.id = x.receipt_id and r.kind = 'receipt' and x.good > 0
join procurement_orderline l on l.id = x.line_id join procurement_order o on o.id = l.order_id
"""


def leads(supplier_id: int) -> list[Lead]:
    """Lead times of a supplier's SKUs, learned from his receipts. One statement."""
    rows = db.rows(
        "select supplier_id, sku_id, count(distinct receipt_id)::int as receipts,"
        " percentile_disc(0.5) within group (order by days)::int as median,"
        f" percentile_disc(0.9) within group (order by days)::int as p90 from ({_LEADS} where o.supplier_id = %(supplier)s) d"
        " group by supplier_id, sku_id order by sku_id",
        {"zone": clock.zone().key, "supplier": supplier_id},
    )
    return [Lead(**row) for row in rows]


def sku_leads(sku_ids: Sequence[int]) -> list[Lead]:
    """Lead times of SKUs, of each supplier they came from. One statement."""
    rows = db.rows(
        "select supplier_id, sku_id, count(distinct receipt_id)::int as receipts,"
        " percentile_disc(0.5) within group (order by days)::int as median,"
        f" percentile_disc(0.9) within group (order by days)::int as p90 from ({_LEADS} where l.sku_id = any(%(skus)s)) d"
        " group by supplier_id, sku_id order by sku_id, supplier_id",
        {"zone": clock.zone().key, "skus": list(sku_ids)},
    )
    return [Lead(**row) for row in rows]


def supplier_leads(supplier_ids: Sequence[int]) -> dict[int, Lead]:
    """Lead times of suppliers over all they sell (SKU 0), where anything came. One statement."""
    rows = db.rows(
        "select supplier_id, 0 as sku_id, count(distinct receipt_id)::int as receipts,"
        " percentile_disc(0.5) within group (order by days)::int as median,"
        f" percentile_disc(0.9) within group (order by days)::int as p90 from ({_LEADS} where o.supplier_id = any(%(ids)s)) d"
        " group by supplier_id",
        {"zone": clock.zone().key, "ids": list(supplier_ids)},
    )
    return {row["supplier_id"]: Lead(**row) for row in rows}


def scorecards(supplier_ids: Sequence[int], *, since: datetime) -> dict[int, Scorecard]:
    """Suppliers by the orders sent since then; every one asked for is answered. Two statements."""
    rows = db.rows(
        """
        with lines as (
            select o.supplier_id, o.id as order_id, l.id, l.price, coalesce(l.agreed, l.last) as should, l.good, l.rejected, l.returned,
                l.good >= coalesce(l.confirmed, l.quantity) as there, o.expected_on,
                (select max((r.at at time zone %(zone)s)::date) from procurement_receiptline x join procurement_receipt r
                    on r.id = x.receipt_id and r.kind = 'receipt' where x.line_id = l.id and x.good > 0) as came_on
            from procurement_orderline l join procurement_order o on o.id = l.order_id
            where o.supplier_id = any(%(ids)s) and o.sent_at >= %(since)s and o.state <> 'cancelled'
        ), judged as (
            select *, there and came_on <= expected_on as in_time, there or expected_on < %(today)s as due from lines
        )
        select s.id, (select count(*)::int from procurement_receipt r join procurement_order o on o.id = r.order_id
                where o.supplier_id = s.id and r.kind = 'receipt' and o.sent_at >= %(since)s) as receipts,
            coalesce(sum(j.good + j.rejected), 0)::int as units,
            (count(*) filter (where j.due and j.in_time) * 10000 / nullif(count(*) filter (where j.due), 0))::int as on_time,
            (greatest(sum(j.good - j.returned) - f.units, 0) * 10000 / nullif(sum(j.good + j.rejected), 0))::int as quality,
            f.n as faults, f.units as faulty,
            round(sum((j.price - j.should) * j.good) filter (where j.should > 0) * 10000
                / nullif(sum(j.should * j.good) filter (where j.should > 0), 0))::int as price,
            (select percentile_disc(0.5) within group (order by extract(epoch from o.confirmed_at - o.sent_at))::int / 3600
                from procurement_order o where o.supplier_id = s.id and o.sent_at >= %(since)s and o.confirmed_at is not null)
                as hours_to_confirm
        from unnest(%(ids)s::bigint[]) as s(id) left join judged j on j.supplier_id = s.id
        cross join lateral (select count(*)::int as n, coalesce(sum(units), 0)::int as units from procurement_fault
            where supplier_id = s.id and at >= %(since)s) f
        group by s.id, f.n, f.units
        """,
        {"ids": list(supplier_ids), "since": since, "today": clock.business_date(), "zone": clock.zone().key},
    )
    learned = supplier_leads(supplier_ids)
    found = {}
    for row in rows:
        lead = learned.get(row["id"])
        found[row["id"]] = Scorecard(
            row["id"], row["receipts"], row["units"], row["on_time"], row["quality"], row["price"], row["hours_to_confirm"],
            lead.median if lead else None, lead.p90 if lead else None, row["faults"], row["faulty"],
        )  # fmt: skip
    return found


def modes_of() -> dict[int, str]:
    """The mode of supply of each SKU that approved suppliers sell: an own factory comes before whoever only sells. One statement."""
    rows = db.rows(
        "select f.sku_id, min(s.mode) as mode from procurement_offering f join procurement_supplier s on s.id = f.supplier_id"
        " where s.state = 'approved' and s.mode <> 'dropship' group by f.sku_id order by f.sku_id"
    )
    return {row["sku_id"]: row["mode"] for row in rows}


def modes(*, since: datetime) -> list[dict[str, Any]]:
    """The modes of supply beside one another (PUR-07): suppliers, orders sent, scores. Four statements."""
    rows = db.rows("select id, mode from procurement_supplier where state in ('approved', 'suspended') order by id")
    cards = scorecards([row["id"] for row in rows], since=since) if rows else {}
    sums = {
        row["mode"]: row
        for row in db.rows(
            "select s.mode, count(*)::int as orders, coalesce(sum(o.total), 0)::bigint as ordered from procurement_order o"
            " join procurement_supplier s on s.id = o.supplier_id where o.sent_at >= %s and o.state <> 'cancelled'"
            " and o.currency = %s group by s.mode",
            (since, mall_settings.get("mall.currency")),
        )
    }
    found = []
    for mode in dict.fromkeys(row["mode"] for row in rows):
        own = [cards[row["id"]] for row in rows if row["mode"] == mode]
        found.append(
            {
                "mode": mode, "suppliers": len(own), "orders": sums.get(mode, {}).get("orders", 0),
                "ordered": sums.get(mode, {}).get("ordered", 0), "on_time": _mean(own, "on_time"), "quality": _mean(own, "quality"),
                "price": _mean(own, "price"), "lead": _mean(own, "lead_median"),
            }
        )  # fmt: skip
    return found


def _mean(cards: Sequence[Scorecard], name: str) -> int | None:
    """The mean of suppliers, weighted by the units they delivered."""
    told = [(getattr(card, name), max(card.units, 1)) for card in cards if getattr(card, name) is not None]
    weight = sum(units for _, units in told)
    return round(sum(value * units for value, units in told) / weight) if weight else None


# --- payables ---

_PAYABLES = """
select p.id, p.supplier_id, s.name as supplier, s.name_en as supplier_en, coalesce(r.number, p.reference) as receipt,
    coalesce(o.number, '') as "order", coalesce(r.kind, case when p.amount < 0 then 'sent_back' else 'sent' end) as kind,
    p.amount, p.settled, p.currency, p.invoice, p.due_on, p.at, (%s::date - p.due_on)::int as days
from procurement_payable p join procurement_supplier s on s.id = p.supplier_id left join procurement_receipt r on r.id = p.receipt_id
left join procurement_order o on o.id = r.order_id
"""


def payables(
    *, supplier_id: int | None = None, open_only: bool = True, cursor: str = "", limit: int = 50
) -> paging.Page[PayableView]:
    """What is owed, the first due first. One statement."""
    after = paging.decode(cursor, date, int) if cursor else (date(1970, 1, 1), 0)
    rows = db.rows(
        _PAYABLES + " where (%s::bigint is null or p.supplier_id = %s) and (not %s or p.amount <> p.settled)"
        " and (p.due_on, p.id) > (%s, %s) order by p.due_on, p.id limit %s",
        (clock.business_date(), supplier_id, supplier_id, open_only, *after, limit + 1),
    )
    return paging.page(
        [PayableView(**row) for row in rows], limit, lambda row: row.due_on.isoformat(), lambda row: row.id
    )


def payments(
    *, supplier_id: int | None = None, number: str = "", cursor: str = "", limit: int = 50
) -> paging.Page[PaymentView]:
    """Money that went to suppliers, newest first, void ones too. One statement."""
    before = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        "select y.id, y.number, y.supplier_id, s.name as supplier, s.name_en as supplier_en, y.amount, y.currency, y.paid_on,"
        " y.method, y.reference, y.\"by\", y.at, v.at as void_at, coalesce(v.reason, '') as void_reason,"
        " coalesce(v.\"by\", '') as void_by from procurement_payment y join procurement_supplier s on s.id = y.supplier_id"
        " left join procurement_paymentvoid v on v.payment_id = y.id"
        " where (%s::bigint is null or y.supplier_id = %s) and (%s = '' or y.number = %s) and (%s::bigint is null or y.id < %s)"
        " order by y.id desc limit %s",
        (supplier_id, supplier_id, number, number, before, before, limit + 1),
    )
    return paging.page([PaymentView(**row) for row in rows], limit, lambda row: row.id)


def ageing() -> list[Ageing]:
    """What is open with each supplier, by how long it is overdue; the most first. One statement."""
    rows = db.rows(
        """
        select p.supplier_id, s.name as supplier, s.name_en as supplier_en, s.currency,
            coalesce(sum(p.amount - p.settled) filter (where p.amount > 0), 0)::bigint as open,
            coalesce(sum(p.settled - p.amount) filter (where p.amount < 0), 0)::bigint as credit,
            coalesce(sum(p.amount - p.settled) filter (where p.amount > 0 and p.due_on >= %(today)s), 0)::bigint as not_due,
            coalesce(sum(p.amount - p.settled) filter (where p.amount > 0 and %(today)s - p.due_on between 1 and 30), 0)::bigint as to_30,
            coalesce(sum(p.amount - p.settled) filter (where p.amount > 0 and %(today)s - p.due_on between 31 and 60), 0)::bigint as to_60,
            coalesce(sum(p.amount - p.settled) filter (where p.amount > 0 and %(today)s - p.due_on > 60), 0)::bigint as beyond
        from procurement_payable p join procurement_supplier s on s.id = p.supplier_id where p.amount <> p.settled
        group by p.supplier_id, s.name, s.name_en, s.currency order by open desc, p.supplier_id
        """,
        {"today": clock.business_date()},
    )
    return [Ageing(**row) for row in rows]


def statement(supplier_id: int, first: date, last: date) -> Statement:
    """A supplier's account over days, both included. Three statements. Raises NotFound."""
    who = supplier(supplier_id)
    start, _ = clock.day_bounds(first)
    _, end = clock.day_bounds(last)
    rows = db.rows(
        """
        select e.* from (
            select p.at, coalesce(r.kind, case when p.amount < 0 then 'sent_back' else 'sent' end) as kind,
                coalesce(r.number, p.reference) as reference, trim(coalesce(o.number, '') || ' ' || p.invoice) as words, p.amount, p.id
            from procurement_payable p left join procurement_receipt r on r.id = p.receipt_id
            left join procurement_order o on o.id = r.order_id
            where p.supplier_id = %(id)s and p.at >= %(start)s and p.at < %(end)s
            union all
            select y.at, 'payment', y.number, trim(y.method || ' ' || y.reference), -y.amount, y.id
            from procurement_payment y where y.supplier_id = %(id)s and y.at >= %(start)s and y.at < %(end)s
            union all
            select v.at, 'void', y.number, v.reason, y.amount, y.id from procurement_paymentvoid v
            join procurement_payment y on y.id = v.payment_id
            where y.supplier_id = %(id)s and v.at >= %(start)s and v.at < %(end)s) e
        order by e.at, case e.kind when 'payment' then 1 when 'void' then 2 else 0 end, e.id
        """,
        {"id": supplier_id, "start": start, "end": end},
    )
    before = db.row(
        "select coalesce((select sum(amount) from procurement_payable where supplier_id = %(id)s and at < %(start)s), 0)::bigint"
        " - coalesce((select sum(amount) from procurement_payment where supplier_id = %(id)s and at < %(start)s), 0)::bigint"
        " + coalesce((select sum(y.amount) from procurement_paymentvoid v join procurement_payment y on y.id = v.payment_id"
        "     where y.supplier_id = %(id)s and v.at < %(start)s), 0)::bigint as opening",
        {"id": supplier_id, "start": start},
    )
    assert before is not None
    balance = opening = int(before["opening"])
    lines = []
    for row in rows:
        balance += row["amount"]
        lines.append(StatementLine(row["at"], row["kind"], row["reference"], row["words"], row["amount"], balance))
    return Statement(who, first, last, opening, balance, tuple(lines))


def _supplier(row: Mapping[str, Any]) -> SupplierView:
    fields = {name: row[name] for name in SupplierDraft.__slots__ if name != "contacts"}
    draft = SupplierDraft(**fields, contacts=tuple(Contact(**each) for each in row["contacts"]))
    return SupplierView(
        row["id"], row["state"], draft, row["blocked"], row["created_at"], SUPPLIER.actions(row["state"])
    )
