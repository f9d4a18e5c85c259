"""What holds the rows of findings (docs/locking.md)."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_finding(finding_id: int) -> dict[str, Any] | None:
    """A finding with the price it is about, locked until the end of the transaction."""
    return db.row(
        "select f.*, s.price as theirs, r.name as rival from rivals_finding f join rivals_seenprice s on s.id = f.seen_id"
        " join rivals_rival r on r.id = s.rival_id where f.id = %s for no key update of f",
        (finding_id,),
    )


@db.needs_transaction
def hold_judging() -> None:
    """Two looks at the same SKUs at one moment would both find something."""
    db.execute("select pg_advisory_xact_lock(hashtext('rivals.judge'))")
