"""The only locks of members: one change of a member's tags or addresses at a time, and one of the tiers."""

from zhanggui.kernel import db

from .models import Member


@db.needs_transaction
def hold_member(member_id: int) -> Member | None:
    """The member, locked until the end of the transaction; None where there is none."""
    return Member.objects.select_for_update().filter(pk=member_id).first()


@db.needs_transaction
def tiers() -> None:
    """One change of the tiers at a time: their ranks and thresholds are judged together."""
    db.row("select pg_advisory_xact_lock(731004)")
