"""Pictures: given as bytes, or by address and fetched later by a job that may fail without holding up the product."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from zhanggui.kernel import audit, clock, db, mall_settings
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import NotFound, ValidationFailed

from .. import listings, locks, pictures, rules, states
from ..types import PictureRow, StoredPicture

_PLACE = "coalesce((select max(position) + 1 from catalog_media where product_id = %(product)s), 0)"


def add_picture(product_id: int, data: bytes, *, alt: str = "", sku_id: int | None = None, actor: Actor) -> int:
    """Keep a picture of a product or of one of its SKUs, after those it has; its id. Opens a transaction.

    The type is read from the bytes. Raises PictureRefused, NotFound.
    """
    stored = pictures.store(data)
    with transaction.atomic():
        _hold(product_id)
        if sku_id is not None and not _owns(product_id, sku_id):
            raise NotFound()
        row = db.row(
            "insert into catalog_media (product_id, sku_id, file, state, alt, position, width, height)"
            f" values (%(product)s, %(sku)s, %(file)s, 'ready', %(alt)s, {_PLACE}, %(width)s, %(height)s) returning id",
            {
                "product": product_id, "sku": sku_id, "file": stored.file, "alt": rules.line(alt)[:300],
                "width": stored.width, "height": stored.height,
            },
        )  # fmt: skip
        assert row is not None
        _refresh([product_id])
        audit.record(
            actor=actor, action="catalog.add_picture", target_type="product", target_id=product_id,
            after={"media_id": row["id"], "file": stored.file},
        )  # fmt: skip
    return int(row["id"])


def keep_picture(data: bytes, *, editions: Mapping[int, bytes] | None = None) -> StoredPicture:
    """Keep a picture that belongs to no product (a banner, an article's); the same one is kept once, with its smaller
    editions. Who has them already gives them by width, in WebP. Raises PictureRefused."""
    stored = pictures.store(data, editions)
    return StoredPicture(stored.file, rules.media_url(stored.file), stored.width, stored.height)


def make_edition(name: str) -> Path | None:
    """The file of a smaller edition by its name below the media address, made where it is missing; None for no picture."""
    return pictures.make_edition(name)


_ADD = """
insert into catalog_media (product_id, sku_id, file, state, alt, position, width, height)
select r.product_id, r.sku_id, r.file, 'ready', r.alt, coalesce(p.taken, 0) + r.place, r.width, r.height
from jsonb_to_recordset(%s) as r(product_id bigint, sku_id bigint, file text, alt text, place int, width int, height int)
left join (select m.product_id, max(m.position) + 1 as taken from catalog_media m
    where m.product_id = any(%s::bigint[]) group by m.product_id) p on p.product_id = r.product_id
order by r.product_id, r.place
"""


def add_kept_pictures(rows: Sequence[PictureRow], *, actor: Actor) -> None:
    """Give pictures that are kept already to products or their SKUs, in this order after those they have: a handful of
    statements for any number. Opens a transaction. Raises NotFound for a product or SKU that does not exist."""
    if not rows:
        return
    products = sorted({row.product_id for row in rows})
    with transaction.atomic():
        _hold_all(products, rows)
        batch = [
            {
                "product_id": row.product_id, "sku_id": row.sku_id, "file": row.picture.file, "place": place,
                "alt": rules.line(row.alt)[:300], "width": row.picture.width, "height": row.picture.height,
            }
            for place, row in enumerate(rows)
        ]  # fmt: skip
        db.execute(_ADD, (db.Json(batch), products))
        _refresh(products)
        files: dict[int, list[str]] = {}
        for row in rows:
            files.setdefault(row.product_id, []).append(row.picture.file)
        audit.record_many(
            audit.row(
                actor=actor, action="catalog.add_pictures", target_type="product", target_id=product_id,
                after={"files": files[product_id]},
            )
            for product_id in products
        )  # fmt: skip


def _hold_all(products: list[int], rows: Sequence[PictureRow]) -> None:
    skus = {(row.sku_id, row.product_id) for row in rows if row.sku_id is not None}
    known = db.rows("select id from catalog_product where id = any(%s::bigint[])", (products,))
    owners = db.rows("select id, product_id from catalog_sku where id = any(%s::bigint[])", ([s for s, _ in skus],))
    if len(known) != len(products) or not skus <= {(row["id"], row["product_id"]) for row in owners}:
        raise NotFound()
    locks.hold_products(products)


def receive_picture(media_id: int, data: bytes, *, actor: Actor) -> None:
    """The fetched bytes of a picture that waited: pending or failed → ready, also where its product uses the same address.

    Opens a transaction. Raises NotFound, PictureRefused (the caller then says `fail_picture`). Once ready it stays so.
    """
    stored = pictures.store(data)
    with transaction.atomic():
        media = _media(media_id)
        _hold(media["product_id"])
        moved = db.execute(
            "update catalog_media set state = 'ready', reason = '', file = %s, width = %s, height = %s"
            " where product_id = %s and source_url = %s and state = any(%s::text[])",
            (
                stored.file, stored.width, stored.height, media["product_id"], media["source_url"],
                list(states.MEDIA.sources("receive")),
            ),
        )  # fmt: skip
        if moved:
            _refresh([media["product_id"]])


def fail_picture(media_id: int, reason: str, *, final: bool = False, actor: Actor) -> None:
    """An attempt to fetch came to nothing: tried again after growing pauses, given up after `catalog.picture_attempts`
    (or at once when `final`). Opens a transaction. Raises NotFound."""
    attempts = 1 if final else int(mall_settings.get("catalog.picture_attempts"))
    with transaction.atomic():
        media = _media(media_id)
        pause = timedelta(minutes=2 ** min(media["attempts"], 10))
        db.execute(
            "update catalog_media set attempts = attempts + 1, reason = %s, next_attempt_at = %s,"
            " state = case when attempts + 1 >= %s then 'failed' else state end where id = %s and state = 'pending'",
            (rules.line(reason)[:300], clock.now() + pause, attempts, media_id),
        )


def retry_picture(media_id: int, *, actor: Actor) -> None:
    """Failed → pending, to be fetched now. Opens a transaction. Raises NotFound."""
    with transaction.atomic():
        media = _media(media_id)
        db.execute(
            "update catalog_media set state = 'pending', attempts = 0, next_attempt_at = kernel_now() where id = %s and state = 'failed'",
            (media_id,),
        )
        audit.record(
            actor=actor, action="catalog.retry_picture", target_type="product", target_id=media["product_id"],
            after={"media_id": media_id},
        )  # fmt: skip


def remove_picture(media_id: int, *, actor: Actor) -> None:
    """Take a picture off its product; the file stays (others may show it). Opens a transaction. Raises NotFound."""
    with transaction.atomic():
        media = _media(media_id)
        _hold(media["product_id"])
        db.execute("delete from catalog_media where id = %s", (media_id,))
        _refresh([media["product_id"]])
        audit.record(
            actor=actor, action="catalog.remove_picture", target_type="product", target_id=media["product_id"],
            before={"media_id": media_id, "file": media["file"], "source_url": media["source_url"]},
        )  # fmt: skip


def order_pictures(product_id: int, media_ids: Sequence[int], *, actor: Actor) -> None:
    """Put a product's pictures in this order; the first ready one of the product itself is its face.

    Opens a transaction. Raises NotFound, ValidationFailed when the ids are not exactly its pictures.
    """
    with transaction.atomic():
        _hold(product_id)
        found = db.rows("select id from catalog_media where product_id = %s order by position, id", (product_id,))
        before = [row["id"] for row in found]
        if sorted(before) != sorted(media_ids):
            raise ValidationFailed.one(
                "media_ids", "not_all", "应包含该商品的全部图片", "must name all pictures of the product once"
            )
        db.execute(
            "update catalog_media m set position = o.place from unnest(%s::bigint[]) with ordinality o(id, place)"
            " where m.id = o.id and m.position <> o.place",
            (list(media_ids),),
        )
        _refresh([product_id])
        audit.record(
            actor=actor, action="catalog.order_pictures", target_type="product", target_id=product_id,
            before={"media": before}, after={"media": list(media_ids)},
        )  # fmt: skip


def _hold(product_id: int) -> None:
    if db.row("select 1 from catalog_product where id = %s", (product_id,)) is None:
        raise NotFound()
    locks.hold_products([product_id])


def _owns(product_id: int, sku_id: int) -> bool:
    return db.row("select 1 from catalog_sku where id = %s and product_id = %s", (sku_id, product_id)) is not None


def _media(media_id: int) -> dict[str, Any]:
    row = db.row("select product_id, source_url, file, attempts from catalog_media where id = %s", (media_id,))
    if row is None:
        raise NotFound()
    return row


def _refresh(product_ids: Sequence[int]) -> None:
    """The face of products and SKUs follows their pictures."""
    ids = list(product_ids)
    db.execute(
        "update catalog_product p set image = f.file from ("
        " select i.id, coalesce((select m.file from catalog_media m where m.product_id = i.id and m.state = 'ready'"
        " order by m.sku_id is not null, m.position, m.id limit 1), '') as file from unnest(%s::bigint[]) i(id)) f"
        " where p.id = f.id and p.image <> f.file",
        (ids,),
    )
    db.execute(
        "update catalog_sku s set image = f.file from ("
        " select k.id, coalesce((select m.file from catalog_media m where m.sku_id = k.id and m.state = 'ready'"
        " order by m.position, m.id limit 1), '') as file from catalog_sku k where k.product_id = any(%s::bigint[])) f"
        " where s.id = f.id and s.image <> f.file",
        (ids,),
    )
    listings.refresh_images(ids)
