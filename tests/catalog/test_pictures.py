"""Pictures: judged by their bytes, stored once, fetched later without holding anything up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_product
from tests.factories.pictures import bomb, picture
from zhanggui.catalog import selectors, services
from zhanggui.catalog.errors import PictureRefused
from zhanggui.catalog.types import MediaDraft, ProductDraft, SearchFilters, SkuDraft
from zhanggui.kernel import clock, db, mall_settings
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound, ValidationFailed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path)
    return tmp_path


def waiting(*addresses: str, sku_codes: tuple[str, ...] = ()) -> int:
    media = tuple(MediaDraft(a) for a in addresses) + tuple(MediaDraft(addresses[0], sku_code=c) for c in sku_codes)
    draft = ProductDraft("test", "1", "绿萝", (SkuDraft("A"), SkuDraft("B", {"盆": "大"})), media=media)
    result = services.import_products([draft], actor=SYSTEM)[0]
    assert result.product_id is not None
    return result.product_id


@pytest.mark.parametrize(("kind", "ending"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".gif")])
def test_the_type_is_read_from_the_bytes(kind: str, ending: str, media_root: Path) -> None:
    product = make_product()
    services.add_picture(product.id, picture(kind), alt=" 叶\n片 ", actor=SYSTEM)
    found = selectors.product_by_slug(product.slug)
    media = found.media[0]
    assert media.url.endswith(ending)
    assert (media.alt, media.width, media.height) == ("叶 片", 8, 6)
    assert found.image == media.url
    assert (media_root / media.url.removeprefix("/media/")).read_bytes() == picture(kind)
    assert selectors.search(SearchFilters()).items[0].image == media.url
    assert_in_order()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"<svg onload='alert(1)'/>", b"GIF89a<script>", picture()[:40], picture("JPEG")[:-200], bomb(), bomb(7000),
        b"%PDF-1.4", b"\0" * 1000,
    ],
    ids=["empty", "svg", "fake gif", "cut png", "cut jpeg", "bomb", "large", "pdf", "zeros"],
)  # fmt: skip
def test_what_is_no_sound_picture_is_refused(data: bytes, media_root: Path) -> None:
    product = make_product()
    with pytest.raises(PictureRefused):
        services.add_picture(product.id, data, actor=SYSTEM)
    assert [p for p in media_root.rglob("*") if p.is_file()] == []


@settings(max_examples=20)
@given(st.binary(max_size=300), st.integers(0, 80))
def test_any_bytes_are_a_picture_or_refused(data: bytes, keep: int) -> None:
    mall_settings.put("catalog.picture_pixels", 10_000, actor=SYSTEM)
    product = make_product()
    for candidate in (data, picture()[:keep] + data, picture("JPEG")[:keep] + data, picture("GIF")[:keep] + data):
        try:
            services.add_picture(product.id, candidate, actor=SYSTEM)
        except PictureRefused:
            continue


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    product = make_product()
    mall_settings.put("catalog.picture_bytes", 10_000, actor=SYSTEM)
    with pytest.raises(PictureRefused) as error:
        services.add_picture(product.id, picture() + b"\0" * 10_000, actor=SYSTEM)
    assert "10000" in error.value.detail("en")


def test_the_same_picture_is_stored_once(media_root: Path) -> None:
    for product in (make_product(), make_product()):
        services.add_picture(product.id, picture(), actor=SYSTEM)
    assert len(list(media_root.rglob("*.png"))) == 1


def test_a_sku_shows_its_own_picture() -> None:
    product = make_product(skus=["A", "B"])
    services.add_picture(product.id, picture(colour=1), actor=SYSTEM)
    services.add_picture(product.id, picture(colour=2), sku_id=product.skus[1].id, actor=SYSTEM)
    first, second = selectors.sellable_by_code(["A", "B"])
    assert first.image == selectors.product(product.id).image
    assert second.image not in ("", first.image)
    with pytest.raises(NotFound):
        services.add_picture(product.id, picture(), sku_id=999, actor=SYSTEM)
    with pytest.raises(NotFound):
        services.add_picture(999, picture(), actor=SYSTEM)


def test_the_first_ready_picture_is_the_face() -> None:
    product = make_product()
    ids = [services.add_picture(product.id, picture(colour=c), actor=SYSTEM) for c in (1, 2, 3)]
    services.order_pictures(product.id, [ids[2], ids[0], ids[1]], actor=SYSTEM)
    found = selectors.product_by_slug(product.slug)
    assert [m.id for m in found.media] == [ids[2], ids[0], ids[1]]
    assert found.image == found.media[0].url
    services.remove_picture(ids[2], actor=SYSTEM)
    assert selectors.product(product.id).image == found.media[1].url
    with pytest.raises(ValidationFailed):
        services.order_pictures(product.id, [ids[0]], actor=SYSTEM)
    assert_in_order()


def test_a_picture_by_address_waits_and_holds_up_nothing() -> None:
    product_id = waiting("https://example.com/a.jpg", "https://example.com/b.jpg", sku_codes=("B",))
    product = selectors.product(product_id)
    assert [(m.state, m.source_url) for m in product.media if not m.sku_id] == [
        ("pending", "https://example.com/a.jpg"), ("pending", "https://example.com/b.jpg"),
    ]  # fmt: skip
    pending = selectors.pending_pictures(clock.now())
    assert len(pending) == 3
    services.receive_picture(pending[0][0], picture(), actor=SYSTEM)
    after = selectors.product(product_id)
    assert after.image
    # the SKU's picture had the same address, so it came with it
    assert [m.state for m in after.media] == ["ready", "pending", "ready"]
    assert next(s.image for s in after.skus if s.code == "B") == after.image
    assert len(selectors.pending_pictures(clock.now())) == 1
    assert_in_order()


def test_a_picture_that_will_not_come_is_given_up_after_growing_pauses() -> None:
    product_id = waiting("https://example.com/a.jpg")
    mall_settings.put("catalog.picture_attempts", 3, actor=SYSTEM)
    media_id = selectors.pending_pictures(clock.now())[0][0]
    for attempt, minutes in enumerate((1, 2), 1):
        services.fail_picture(media_id, "timeout", actor=SYSTEM)
        assert selectors.pending_pictures(clock.now()) == []
        assert len(selectors.pending_pictures(clock.now() + timedelta(minutes=minutes))) == 1, attempt
    services.fail_picture(media_id, "404\0", actor=SYSTEM)
    media = selectors.product(product_id).media[0]
    assert (media.state, media.reason) == ("failed", "404")
    services.retry_picture(media_id, actor=SYSTEM)
    assert len(selectors.pending_pictures(clock.now())) == 1
    services.fail_picture(media_id, "not a picture", final=True, actor=SYSTEM)
    assert selectors.product(product_id).media[0].state == "failed"
    services.receive_picture(media_id, picture(), actor=SYSTEM)
    assert selectors.product(product_id).media[0].state == "ready"
    services.fail_picture(media_id, "late news", final=True, actor=SYSTEM)
    assert selectors.product(product_id).media[0].state == "ready"


def test_importing_again_does_not_fetch_again() -> None:
    waiting("https://example.com/a.jpg")
    draft = ProductDraft(
        "test",
        "1",
        "绿萝 新",
        (SkuDraft("A"), SkuDraft("B", {"盆": "大"})),
        media=(MediaDraft("https://example.com/a.jpg"),),
    )
    services.import_products([draft], actor=SYSTEM)
    assert db.row("select count(*) as n from catalog_media") == {"n": 1}


def test_unknown_pictures_are_not_found() -> None:
    for call in (services.retry_picture, services.remove_picture):
        with pytest.raises(NotFound):
            call(999, actor=SYSTEM)
    with pytest.raises(NotFound):
        services.receive_picture(999, picture(), actor=SYSTEM)
