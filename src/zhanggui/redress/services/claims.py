"""Claims (索赔) against carriers, suppliers, warehouses and merchants: filed, agreed or refused, and what comes back."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from zhanggui.inventory import selectors as inventory
from zhanggui.kernel import db, ids, outbox, photos
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.money import MAX_AMOUNT, format_minor
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.procurement import selectors as procurement
from zhanggui.procurement import services as suppliers

from .. import locks, rules
from ..errors import ClaimWrongState
from ..events import ClaimMoved
from ..permissions import CLAIM, need
from ..selectors import chase, claim, claims_on, liability
from ..settings import CLAIM_DAYS, STEP_DAYS
from ..types import ChaseView, ClaimView, LiabilityView
from .common import due, keep, owner_of, tell

MAX_WORDS, MAX_PAPERS = 500, 12
FOLDER = "claims"


def claim_liability(number: str, kind: str, *, amount: int | None = None, actor: Actor) -> ClaimView:
    """A claim against one party of a decided liability, by its share unless said otherwise; the one there is, where there is one.

    Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed.
    """
    need(actor, CLAIM)
    view = liability(number)
    if view is None:
        raise NotFound()
    if view.state == rules.PROPOSED:
        raise ValidationFailed.one("liability", "proposed", "请先判定责任", "decide who answers first")
    if kind not in rules.CLAIM_KINDS or not view.shares.get(kind):
        raise ValidationFailed.one("kind", "unknown", "这一方没有责任", "this party has no share of it")
    share = view.amounts[kind]
    wanted = share if amount is None else amount
    if not 0 < wanted <= share:
        words = format_minor(share, view.currency)
        raise ValidationFailed.one(
            "amount", "range", f"应大于 0，且不超过其责任金额 {words}", f"must be above 0, at most its share {words}"
        )
    party, name = _party(view, kind)
    return _open(
        kind, party, name, amount=wanted, currency=view.currency, order_number=view.order_number, about=view, chase_view=None,
        ground=view.ground, actor=actor,
    )  # fmt: skip


def claim_chase(number: str, *, amount: int, ground: str = "", actor: Actor) -> ClaimView:
    """A claim against the carrier that lost a parcel; the one there is, where there is one. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState (the parcel is not lost).
    """
    need(actor, CLAIM)
    view = chase(number)
    if view is None:
        raise NotFound()
    if view.state not in (rules.LOST, rules.CLAIMED):
        raise ValidationFailed.one(
            "chase", "not_lost", "确认丢件后才能索赔", "the parcel has to be declared lost first"
        )
    if not 0 < amount <= MAX_AMOUNT:
        raise ValidationFailed.one("amount", "range", "索赔金额应大于 0", "must be above 0")
    ground = clean_text(ground, "ground", MAX_WORDS, required=False, lines=True)
    currency = _currency(view.order_number)
    return _open(
        rules.CARRIER, view.carrier_code, view.carrier_name, amount=amount, currency=currency, order_number=view.order_number,
        about=None, chase_view=view, ground=ground or f"{view.carrier_name} {view.waybill_no}", actor=actor,
    )  # fmt: skip


def _currency(order_number: str) -> str:
    row = db.row("select currency from orders_order where number = %s", (order_number,))
    assert row is not None
    return str(row["currency"])


def _party(view: LiabilityView, kind: str) -> tuple[str, str]:
    if kind == rules.CARRIER:
        return view.carrier_code, view.carrier_name
    if kind == rules.SUPPLIER:
        assert view.supplier_id is not None
        return str(view.supplier_id), procurement.supplier(view.supplier_id).draft.name
    if kind == rules.WAREHOUSE:
        house = next((each for each in inventory.warehouses() if each.id == view.warehouse_id), None)
        return (str(house.id), house.name) if house else ("0", rules.PARTIES[rules.WAREHOUSE].zh)
    return view.merchant_name, view.merchant_name


def _open(
    kind: str, party: str, name: str, *, amount: int, currency: str, order_number: str, about: LiabilityView | None,
    chase_view: ChaseView | None, ground: str, actor: Actor,
) -> ClaimView:  # fmt: skip
    number = ids.document_number("P")
    owner_id, owner = owner_of(actor)
    with transaction.atomic():
        if chase_view is not None:
            held = locks.hold_chase(chase_view.number)
            assert held is not None
        known = claims_on(liability=about.number if about else "", chase=chase_view.number if chase_view else "")
        for each in known:
            if each.kind == kind and each.state not in (rules.REFUSED, rules.DROPPED):
                return each
        try:
            with transaction.atomic():
                db.execute(
                    "insert into redress_claim (number, kind, party, party_name, order_number, liability_id, chase_id, currency, claimed,"
                    " ground, owner_id, owner, due_on) values (%s, %s, %s, %s, %s, (select id from redress_liability where number = %s),"
                    " (select id from redress_chase where number = %s), %s, %s, %s, %s, %s, %s)",
                    (
                        number, kind, party, name, order_number, about.number if about else "", chase_view.number if chase_view else "",
                        currency, amount, ground[:MAX_WORDS], owner_id, owner, due(STEP_DAYS),
                    ),
                )  # fmt: skip
        except IntegrityError:  # another made it in this very moment
            return next(
                each for each in claims_on(liability=about.number if about else "", chase="") if each.kind == kind
            )
        if chase_view is not None:
            db.execute("update redress_chase set state = %s, due_on = null where number = %s and state = %s",
                       (rules.CLAIMED, chase_view.number, rules.LOST))  # fmt: skip
            keep(chase_view.number, "claimed", actor=actor, words=number)
        keep(number, "drafted", actor=actor, words=ground, data={"claimed": amount})
        tell(actor, "claim", "claim", number, after={"party": name, "claimed": amount, "order": order_number})
        return _announce(number)


def add_paper(number: str, data: bytes, *, actor: Actor) -> str:
    """Keep a picture of a paper for a claim; its name. Opens its own transaction. Raises NotFound, PermissionDenied,
    ValidationFailed, ClaimWrongState, PictureRefused."""
    need(actor, CLAIM)
    name = photos.keep(FOLDER, data)
    with transaction.atomic():
        held = _held(number, rules.CLAIM_OPEN)
        if name not in held["papers"]:
            if len(held["papers"]) >= MAX_PAPERS:
                raise ValidationFailed.one("papers", "too_many", f"最多 {MAX_PAPERS} 份", f"at most {MAX_PAPERS}")
            db.execute("update redress_claim set papers = papers || %s where id = %s", (db.Json([name]), held["id"]))
            keep(number, "paper", actor=actor)
    return name


def file_claim(number: str, *, words: str = "", amount: int | None = None, actor: Actor) -> ClaimView:
    """It goes to the other party. Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState."""
    need(actor, CLAIM)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    if amount is not None and not 0 < amount <= MAX_AMOUNT:
        raise ValidationFailed.one("amount", "range", "索赔金额应大于 0", "must be above 0")
    with transaction.atomic():
        held = _held(number, (rules.DRAFT,))
        most = _most(held)
        if amount is not None and most is not None and amount > most:
            shown = format_minor(most, held["currency"])
            raise ValidationFailed.one("amount", "range", f"不超过其责任金额 {shown}", f"at most its share {shown}")
        db.execute(
            "update redress_claim set state = %s, claimed = coalesce(%s, claimed), filed_at = kernel_now(), due_on = %s where id = %s",
            (rules.FILED, amount, due(CLAIM_DAYS), held["id"]),
        )
        return _step(number, "filed", actor, words, {"claimed": amount or held["claimed"]})


def _most(held: dict[str, Any]) -> int | None:
    """What may be claimed on a liability: the party's share."""
    row = db.row("select number from redress_liability where id = %s", (held["liability_id"],))
    view = liability(row["number"]) if row else None
    return view.amounts.get(held["kind"], 0) if view else None


def agree_claim(number: str, amount: int, *, words: str = "", actor: Actor) -> ClaimView:
    """The other party pays so much. A supplier's comes off what he is owed at once; the liability is settled by it.

    Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState.
    """
    need(actor, CLAIM)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    with transaction.atomic():
        held = _held(number, (rules.FILED,))
        if not 0 < amount <= held["claimed"]:
            most = format_minor(held["claimed"], held["currency"])
            raise ValidationFailed.one(
                "amount", "range", f"应大于 0，且不超过索赔金额 {most}", f"must be above 0, at most the {most} claimed"
            )
        db.execute(
            "update redress_claim set state = %s, agreed = %s, due_on = %s where id = %s",
            (rules.AGREED, amount, due(CLAIM_DAYS), held["id"]),
        )
        db.execute("update redress_liability set state = %s where id = %s", (rules.SETTLED, held["liability_id"]))
        view = _step(number, "agreed", actor, words, {"agreed": amount})
        if held["kind"] == rules.SUPPLIER and _kept_in(int(held["party"])) == held["currency"]:
            suppliers.credit_supplier(
                int(held["party"]), amount, currency=held["currency"], reference=number, actor=actor
            )
            view = _book(held, amount, amount, key="credit", words="", actor=actor)
        return view


def _kept_in(supplier_id: int) -> str:
    """The currency of a supplier's account; what he pays in another is booked by hand."""
    return procurement.currencies([supplier_id]).get(supplier_id, "")


def book_recovery(number: str, amount: int, *, key: str, words: str = "", actor: Actor) -> ClaimView:
    """Money of an agreed claim came in; the same `key` again changes nothing. All of it ends the claim. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState.
    """
    need(actor, CLAIM)
    words = clean_text(words, "words", MAX_WORDS, required=False, lines=True)
    key = clean_text(key, "key", 80)
    with transaction.atomic():
        held = locks.hold_claim(number)
        if held is None:
            raise NotFound()
        if db.row("select 1 from redress_entry where number = %s and key = %s", (number, key)):
            return _shown(number)
        held = _held(number, (rules.AGREED,))
        left = held["agreed"] - held["recovered"]
        if not 0 < amount <= left:
            words_left = format_minor(left, held["currency"])
            raise ValidationFailed.one(
                "amount",
                "range",
                f"应大于 0，且不超过尚未到账的 {words_left}",
                f"must be above 0, at most the {words_left} still to come",
            )
        return _book(held, held["agreed"], amount, key=key, words=words, actor=actor)


@db.needs_transaction
def _book(held: dict[str, Any], agreed: int, amount: int, *, key: str, words: str, actor: Actor) -> ClaimView:
    whole = held["recovered"] + amount == agreed
    db.execute(
        "update redress_claim set recovered = recovered + %s, state = case when %s then 'recovered' else state end,"
        " due_on = case when %s then null else due_on end, ended_at = case when %s then kernel_now() end where id = %s",
        (amount, whole, whole, whole, held["id"]),
    )
    keep(held["number"], "recovered", actor=actor, words=words, amount=amount, key=key)
    tell(actor, "recover", "claim", held["number"], after={"amount": amount}, reason=words)
    if whole:
        _end_chase(held, actor)
    return _announce(held["number"])


def refuse_claim(number: str, *, words: str, actor: Actor) -> ClaimView:
    """The other party pays nothing. Opens its own transaction. Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState."""
    return _end(number, (rules.FILED,), rules.REFUSED, words, actor)


def drop_claim(number: str, *, words: str, actor: Actor) -> ClaimView:
    """It is followed no further; what came in stays. Opens its own transaction.

    Raises NotFound, PermissionDenied, ValidationFailed, ClaimWrongState.
    """
    return _end(number, rules.CLAIM_OPEN, rules.DROPPED, words, actor)


def _end(number: str, sources: Sequence[str], state: str, words: str, actor: Actor) -> ClaimView:
    need(actor, CLAIM)
    words = clean_text(words, "words", MAX_WORDS, lines=True)
    with transaction.atomic():
        held = _held(number, sources)
        end = rules.RECOVERED if held["recovered"] else state
        db.execute(
            "update redress_claim set state = %s, due_on = null, ended_at = kernel_now() where id = %s",
            (end, held["id"]),
        )
        _end_chase(held, actor)
        return _step(number, state, actor, words, {})


def hand_claim(number: str, user_id: int, name: str, *, actor: Actor) -> ClaimView:
    """Another colleague follows it. Opens its own transaction. Raises NotFound, PermissionDenied, ClaimWrongState."""
    need(actor, CLAIM)
    with transaction.atomic():
        held = _held(number, rules.CLAIM_OPEN)
        db.execute(
            "update redress_claim set owner_id = %s, owner = %s where id = %s", (user_id, name[:200], held["id"])
        )
        keep(number, "handed", actor=actor, words=name)
        return _shown(number)


@db.needs_transaction
def _end_chase(held: dict[str, Any], actor: Actor) -> None:
    """With its claim a chase ends whose buyer has been served."""
    row = db.row(
        "update redress_chase set state = %s, ended_at = kernel_now() where id = %s and state = %s returning number",
        (rules.CLOSED, held["chase_id"], rules.CLAIMED),
    )
    if row:
        keep(row["number"], "closed", actor=actor, words=held["number"])


def _held(number: str, sources: Sequence[str]) -> dict[str, Any]:
    held = locks.hold_claim(number)
    if held is None:
        raise NotFound()
    if held["state"] not in sources:
        raise ClaimWrongState(state=rules.CLAIM_STATES[held["state"]], extra={"state": held["state"]})
    return held


@db.needs_transaction
def _step(number: str, action: str, actor: Actor, words: str, data: dict[str, Any]) -> ClaimView:
    keep(number, action, actor=actor, words=words, data=data)
    tell(actor, f"claim_{action}", "claim", number, after=data or None, reason=words)
    return _announce(number)


@db.needs_transaction
def _announce(number: str) -> ClaimView:
    view = _shown(number)
    outbox.record(
        ClaimMoved(number, view.kind, view.party, view.state, view.claimed, view.agreed, view.recovered, view.currency)
    )
    return view


def _shown(number: str) -> ClaimView:
    found = claim(number)
    if found is None:
        raise NotFound()
    return found
