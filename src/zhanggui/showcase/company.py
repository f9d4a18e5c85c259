"""What goes along with a product, from what `services.refresh_together` counted."""

from zhanggui.kernel import db


def bought_together(product_id: int, limit: int) -> list[int]:
    """Ids of what buyers of the product bought as well, most often first. One statement."""
    (others,) = db.one("select (select others[1:%s] from showcase_together where product_id = %s)", (limit, product_id))
    return others or []
