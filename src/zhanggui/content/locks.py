"""The only row locks of content: one change of a page, or of a part of the site, at a time."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_page(page_id: int) -> dict[str, Any] | None:
    """The page's row, locked until the end of the transaction."""
    return db.row("select * from content_page where id = %s for no key update", (page_id,))


@db.needs_transaction
def hold_part(key: str) -> dict[str, Any] | None:
    """A part of the site, locked until the end of the transaction; also where it has no row yet."""
    db.execute("select pg_advisory_xact_lock(hashtext(%s))", (f"content.site:{key}",))
    return db.row("select * from content_sitepart where key = %s for no key update", (key,))
