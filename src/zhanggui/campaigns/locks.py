"""What holds the rows of campaigns: the campaign before anything of it, and one announcement at a time (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold(campaign_id: int) -> dict[str, Any] | None:
    """The campaign's row, locked until the end of the transaction."""
    return db.row("select * from campaigns_campaign where id = %s for no key update", (campaign_id,))


@db.needs_transaction
def hold_announcing() -> None:
    """Two campaigns over the same goods, announced at the same moment, would not see each other."""
    db.execute("select pg_advisory_xact_lock(hashtext('campaigns.announce'))")


@db.needs_transaction
def hold_due(limit: int = 100) -> list[dict[str, Any]]:
    """Campaigns the clock has caught up with, locked; those another worker has in hand are left to it."""
    return db.rows(
        "select * from campaigns_campaign where (state = 'announced' and starts_at <= kernel_now())"
        " or (state in ('announced', 'running') and ends_at <= kernel_now()) order by id limit %s"
        " for no key update skip locked",
        (limit,),
    )


@db.needs_transaction
def hold_sponsorship(sponsorship_id: int) -> dict[str, Any] | None:
    """The sponsorship's row, locked until the end of the transaction; its campaign, where it has one, was locked before."""
    return db.row("select * from campaigns_sponsorship where id = %s for no key update", (sponsorship_id,))


@db.needs_transaction
def hold_sponsorships_due(limit: int = 100) -> list[dict[str, Any]]:
    """Sponsorships the clock has caught up with, locked; those another worker has in hand are left to it."""
    return db.rows(
        "select * from campaigns_sponsorship where (state = 'agreed' and starts_at <= kernel_now())"
        " or (state in ('agreed', 'shown') and ends_at <= kernel_now()) order by id limit %s"
        " for no key update skip locked",
        (limit,),
    )
