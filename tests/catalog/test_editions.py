"""The smaller editions of pictures, and giving kept pictures to many products at once."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.catalog.books import assert_in_order
from tests.factories.catalog import make_product
from zhanggui.catalog import selectors, services
from zhanggui.catalog.errors import PictureRefused
from zhanggui.catalog.types import PictureRow
from zhanggui.kernel import picture_sizes
from zhanggui.kernel.actor import SYSTEM
from zhanggui.kernel.problems import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("django.conf.settings.MEDIA_ROOT", tmp_path)
    return tmp_path


def picture(size: tuple[int, int] = (1600, 800), kind: str = "PNG", mode: str = "RGB", **how: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size).save(out, kind, **how)
    return out.getvalue()


def editions(root: Path, file: str) -> dict[int, tuple[str, tuple[int, int]]]:
    found = {}
    for width in picture_sizes.WIDTHS:
        with Image.open(root / picture_sizes.sized(file, width)) as image:
            found[width] = (image.format or "", image.size)
    return found


def test_a_kept_picture_has_its_editions(media_root: Path) -> None:
    kept = services.keep_picture(picture())
    assert (kept.width, kept.height, kept.url) == (1600, 800, f"/media/{kept.file}")
    assert editions(media_root, kept.file) == {
        320: ("WEBP", (320, 160)),
        640: ("WEBP", (640, 320)),
        1200: ("WEBP", (1200, 600)),
    }


def test_nothing_is_blown_up(media_root: Path) -> None:
    kept = services.keep_picture(picture((500, 500)))
    assert [size for _, size in editions(media_root, kept.file).values()] == [(320, 320), (500, 500), (500, 500)]


def test_a_camera_held_upright_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = services.keep_picture(picture((90, 40), "JPEG", exif=exif))
    assert (kept.width, kept.height) == (40, 90)


@pytest.mark.parametrize("mode", ["P", "LA", "RGBA", "L", "1"])
def test_every_kind_of_colour(mode: str, media_root: Path) -> None:
    assert len(editions(media_root, services.keep_picture(picture((700, 70), mode=mode)).file)) == 3


def test_a_refused_picture_leaves_nothing_behind(media_root: Path) -> None:
    with pytest.raises(PictureRefused):
        services.keep_picture(picture()[:-30])
    assert list(media_root.iterdir()) == []


def test_a_missing_edition_is_made_when_it_is_asked_for(media_root: Path) -> None:
    from django.test import Client

    kept = services.keep_picture(picture())
    name = picture_sizes.sized(kept.file, 320)
    (media_root / name).unlink()
    answer = Client().get(f"/media/{name}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert (media_root / name).is_file()
    stranger = f"/media/{kept.file[:2]}/{'0' * 64}-320.webp"
    assert Client().get(stranger).status_code == 404
    assert Client().get(f"/media/{kept.file.rpartition('.')[0]}-33.webp").status_code == 404


def test_names_say_what_a_browser_may_choose_from() -> None:
    name = f"/media/ab/{'a' * 64}.jpg"
    assert picture_sizes.srcset(name).split(", ")[0] == f"/media/ab/{'a' * 64}-320.webp 320w"
    assert picture_sizes.srcset("") == picture_sizes.sized("", 320) == ""
    assert picture_sizes.parse("../keys-320.webp") is None


@pytest.mark.parametrize("count", [2, 12])
def test_many_pictures_are_a_handful_of_statements(count: int) -> None:
    from django.db import connection

    products = [make_product() for _ in range(count)]
    kept = services.keep_picture(picture((30, 30)))
    other = services.keep_picture(picture((40, 30)))
    rows = [PictureRow(p.id, one, f"{p.id}") for p in products for one in (kept, other)]
    rows.append(PictureRow(products[0].id, other, sku_id=products[0].skus[0].id))
    with CaptureQueriesContext(
        connection,
    ) as seen:
        services.add_kept_pictures(rows, actor=SYSTEM)
    assert len(seen) <= 12
    shown = selectors.product(products[0].id)
    assert [m.url for m in shown.media] == [kept.url, other.url, other.url]
    assert (shown.image, shown.skus[0].image) == (kept.url, other.url)
    services.add_kept_pictures([PictureRow(products[0].id, kept)], actor=SYSTEM)
    assert selectors.product(products[0].id).media[-1].url == kept.url
    assert_in_order()


def test_strangers_get_no_pictures() -> None:
    kept = services.keep_picture(picture((30, 30)))
    product, other = make_product(), make_product()
    for row in (PictureRow(product.id + 999, kept), PictureRow(product.id, kept, sku_id=other.skus[0].id)):
        with pytest.raises(NotFound):
            services.add_kept_pictures([row], actor=SYSTEM)
