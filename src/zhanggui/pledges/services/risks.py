"""Prices looked over for what could be taken for fraud; what is found is kept with its evidence until it is mended."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, outbox
from zhanggui.kernel.actor import SYSTEM, Actor
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import PermissionDenied, WrongState

from .. import risks, selectors
from ..events import PricesLookedOver, RiskExplained
from ..permissions import CHECK, EXPLAIN
from ..types import EXPLAINED, MENDED, OPEN, Risk

_KEEP = """
insert into pledges_pricerisk as k (key, kind, title, why, evidence, product_id, sku_code, promotion_id, page_id, path, last_seen)
select r.key, r.kind, r.title, r.why, r.evidence, r.product_id, r.sku_code, r.promotion_id, r.page_id, r.path, %(at)s
from jsonb_to_recordset(%(rows)s) as r(key text, kind text, title jsonb, why jsonb, evidence jsonb, product_id bigint,
    sku_code text, promotion_id bigint, page_id bigint, path text)
on conflict (key) do update set title = excluded.title, why = excluded.why, evidence = excluded.evidence,
    product_id = excluded.product_id, sku_code = excluded.sku_code, promotion_id = excluded.promotion_id, path = excluded.path,
    last_seen = excluded.last_seen, mended_at = null,
    state = case when k.state = %(mended)s then %(open)s else k.state end
returning old.id is null or old.state = %(mended)s as new
"""


def look_at_prices(*, actor: Actor = SYSTEM) -> int:
    """Look all prices, words and promises over; how many findings there are now. Opens its own transaction.

    What is not seen any more is mended; what was mended and is seen again is open. Raises PermissionDenied.
    """
    if not actor.may(CHECK):
        raise PermissionDenied(extra={"permission": CHECK})
    at = clock.now()
    found = list({risk.key: risk for risk in risks.risks(at)}.values())
    with transaction.atomic():
        new = _keep(found, at)
        mended = db.execute(
            "update pledges_pricerisk set state = %s, mended_at = kernel_now() where state <> %s and last_seen < %s",
            (MENDED, MENDED, at),
        )
        after = {"found": len(found), "new": new, "mended": mended}
        audit.record(actor=actor, action="pledges.look_at_prices", target_type="pledges_risk", target_id=0, after=after)
        outbox.record(PricesLookedOver(len(found), new, mended))
    return len(found)


@db.needs_transaction
def _keep(found: Sequence[Risk], at: Any) -> int:
    if not found:
        return 0
    rows = db.rows(_KEEP, {"rows": db.Json([_row(each) for each in found]), "at": at, "mended": MENDED, "open": OPEN})
    return sum(row["new"] for row in rows)


def _row(risk: Risk) -> dict[str, Any]:
    evidence = [
        {
            "at": one.at.isoformat(),
            "words": _pair(one.words),
            "amount": one.amount,
            "label": one.label and _pair(one.label),
        }
        for one in risk.evidence
    ]
    return {**risk._asdict(), "title": _pair(risk.title), "why": _pair(risk.why), "evidence": evidence}


def _pair(text: Text) -> list[str]:
    return [text.zh, text.en]


def explain(risk_id: int, *, reason: str, actor: Actor) -> None:
    """Say why a finding is none, or what is done about it; it stays on record. Opens its own transaction.

    Raises NotFound, ValidationFailed, WrongState, PermissionDenied.
    """
    if not actor.may(EXPLAIN):
        raise PermissionDenied(extra={"permission": EXPLAIN})
    reason = clean_text(reason, "reason", 500)
    with transaction.atomic():
        row = db.row(
            "update pledges_pricerisk set state = %s, reason = %s, said_by = %s, said_at = kernel_now() where id = %s and state <> %s"
            " returning kind, old.state as before",
            (EXPLAINED, reason, actor.label[:200], risk_id, MENDED),
        )
        if row is None:
            raise WrongState(state=selectors.risk(risk_id).state, action="explain")
        audit.record(
            actor=actor, action="pledges.explain", target_type="pledges_risk", target_id=risk_id,
            before={"state": row["before"]}, after={"state": EXPLAINED}, reason=reason,
        )  # fmt: skip
        outbox.record(RiskExplained(risk_id, row["kind"], reason))
