"""Forms are held here."""

from typing import Any

from zhanggui.kernel import db


@db.needs_transaction
def hold_form(product_id: int) -> dict[str, Any] | None:
    """The form of a product, held; None where it has none."""
    return db.row(
        "select fields, daily, version from bespoke_form where product_id = %s for no key update", (product_id,)
    )
