"""What is scarce here: product codes, and the right to change a row or the tree while others do."""

from collections.abc import Mapping, Sequence

from zhanggui.kernel import db

_TAXONOMY = 0x7A67_0001  # advisory lock number; the tree changes rarely and must not grow two equal branches


@db.needs_transaction
def hold_taxonomy() -> None:
    """One writer of categories, brands and attribute definitions at a time, until the end of the transaction."""
    db.execute("select pg_advisory_xact_lock(%s)", (_TAXONOMY,))


@db.needs_transaction
def hold_products(product_ids: Sequence[int]) -> None:
    """Lock product rows in the order of their ids: who holds them may rebuild their listing."""
    if product_ids:
        db.execute(
            "select 1 from catalog_product where id = any(%s::bigint[]) order by id for no key update",
            (list(set(product_ids)),),
        )


@db.needs_transaction
def hold_stats(product_ids: Sequence[int]) -> None:
    """Lock products' counters in the order of their ids."""
    db.execute(
        "select 1 from catalog_productstats where product_id = any(%s::bigint[]) order by product_id for no key update",
        (list(product_ids),),
    )


@db.needs_transaction
def hold_listed(*, below: Sequence[int] | None = None, brand_id: int | None = None) -> list[int]:
    """Lock the listed products below any of the categories, of the brand, or all; their ids, in their order."""
    found = db.rows(
        "select p.id from catalog_product p where p.state = 'listed' and (%s::bigint is null or p.brand_id = %s::bigint)"
        " and (%s::bigint[] is null or p.category_id in (select id from catalog_category where ancestors && %s::bigint[]))"
        " order by p.id for no key update",
        (brand_id, brand_id, *([list(below)] * 2 if below is not None else (None, None))),
    )
    return [row["id"] for row in found]


@db.needs_transaction
def next_serials(wanted: Mapping[str, int]) -> dict[str, int]:
    """Take `wanted[prefix]` serials of each prefix; answers the first of each run. No two callers get the same."""
    if not wanted:
        return {}
    found = db.rows(
        "insert into catalog_codesequence (prefix, last)"
        " select w.prefix, w.number from jsonb_to_recordset(%s) as w(prefix text, number bigint) order by w.prefix"
        " on conflict (prefix) do update set last = catalog_codesequence.last + excluded.last returning prefix, last",
        (db.Json([{"prefix": prefix, "number": number} for prefix, number in wanted.items()]),),
    )
    return {row["prefix"]: row["last"] - wanted[row["prefix"]] + 1 for row in found}
