"""Reads of the assortment. Each public function names its number of statements."""

from collections.abc import Sequence

from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import db, mall_settings
from zhanggui.kernel.paging import Page, decode, page

from .company import matches as matches
from .hits import hit_board as hit_board
from .renewal import decisions as decisions
from .renewal import last_review as last_review
from .renewal import renewal as renewal
from .renewal import review_due as review_due
from .renewal import reviews as reviews
from .settings import MAIN_LEAST, MAIN_MOST
from .shelves import plan as plan
from .shelves import plans as plans
from .shelves import shelf as shelf
from .shelves import shelves as shelves
from .types import HIT, MAIN, PARTS, ROLES, ProductRole, RoleChange

_ROLES = """
select product_id, array_agg(role order by array_position(%(order)s::text[], role::text)) as roles, max(at) as since,
    (array_agg(actor_label order by id desc))[1] as by, (array_agg(reason order by id desc))[1] as reason
from assortment_role where {where} group by product_id
"""


def roles(*, role: str = "", cursor: str = "", limit: int = 50) -> Page[ProductRole]:
    """Products with a role (only those with this one, where one is named), the newest product first. One statement."""
    before = decode(cursor, int)[0] if cursor else None
    where = "(%(role)s = '' or product_id in (select product_id from assortment_role where role = %(role)s))"
    rows = db.rows(
        f"{_ROLES.format(where=where + ' and (%(before)s::bigint is null or product_id < %(before)s)')}"
        " order by product_id desc limit %(limit)s",
        {"order": list(ROLES), "role": role, "before": before, "limit": limit + 1},
    )
    return page([_role(row) for row in rows], limit, lambda row: row.product_id)


def roles_of(product_ids: Sequence[int]) -> dict[int, ProductRole]:
    """The roles of products; what has none is absent. One statement, none for none."""
    if not product_ids:
        return {}
    rows = db.rows(
        _ROLES.format(where="product_id = any(%(ids)s::bigint[])"), {"order": list(ROLES), "ids": list(product_ids)}
    )
    return {row["product_id"]: _role(row) for row in rows}


def role_counts() -> dict[str, int]:
    """How many products have each role. One statement."""
    found = {
        row["role"]: row["n"] for row in db.rows("select role, count(*)::int as n from assortment_role group by 1")
    }
    return {role: found.get(role, 0) for role in ROLES}


def main_limits() -> tuple[int, int]:
    """How many main pushes there should be at least, and may be at most."""
    return mall_settings.get(MAIN_LEAST), mall_settings.get(MAIN_MOST)


def changes(product_id: int, *, limit: int = 30) -> list[RoleChange]:
    """The history of a product's roles, newest first. One statement."""
    rows = db.rows(
        "select role, given, reason, actor_label as actor, at from assortment_rolechange where product_id = %s"
        " order by id desc limit %s",
        (product_id, limit),
    )
    return [RoleChange(**row) for row in rows]


def matched_by(product_id: int) -> list[int]:
    """Products that a product goes along with, as somebody has set it. One statement."""
    rows = db.rows(
        "select product_id from assortment_match where other_id = %s order by product_id limit 100", (product_id,)
    )
    return [row["product_id"] for row in rows]


def parts_of(sku_ids: Sequence[int]) -> dict[int, str]:
    """The part (traffic, basic, image) that SKUs take over from their product: its own; a hit brings people in, a main push is
    what they buy. What has no role is absent. Two statements, none for none.
    """
    if not sku_ids:
        return {}
    owners = {sku: product for sku, (product, _) in catalog.products_of(sku_ids).items()}
    known = roles_of(sorted(set(owners.values())))
    return {sku: _part(known[product].roles) for sku, product in owners.items() if product in known}


def _part(has: Sequence[str]) -> str:
    own = next((role for role in has if role in PARTS), "")
    return own or ("traffic" if HIT in has else "basic" if MAIN in has else "")


def _role(row: dict[str, object]) -> ProductRole:
    return ProductRole(row["product_id"], tuple(row["roles"]), row["since"], row["by"], row["reason"])  # type: ignore[arg-type]
