"""Photos of a case: judged by their bytes, cleaned, kept where only those who may see the case can see them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.factories.aftersales import ask, delivered
from tests.factories.pictures import bomb, picture
from tests.factories.shop import goods
from zhanggui.aftersales import selectors, services
from zhanggui.aftersales.errors import PhotosMissing
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import GUEST, SYSTEM
from zhanggui.kernel.pictures import PictureRefused
from zhanggui.kernel.problems import ValidationFailed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def keep(data: bytes) -> str:
    return services.keep_photo(data, actor=GUEST)


def located(size: tuple[int, int]) -> bytes:
    """As a telephone sends it: held upright, with the place it was taken at."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_case_shows_its_photos_and_no_others() -> None:
    number = delivered((goods(1000)[0], 1))
    mine, other = keep(picture()), keep(picture(colour=10))
    case = ask(number, photos=[mine])
    path = selectors.photo(case, mine)
    assert path is not None
    assert path.read_bytes().startswith(b"\xff\xd8")
    assert selectors.photo(case, other) is None
    assert selectors.photo(case, "../../secret") is None


def test_a_photo_is_turned_made_smaller_and_says_no_place(tmp_path: Path) -> None:
    name = keep(located((3200, 100)))
    with Image.open(next(tmp_path.rglob(name))) as kept:
        assert kept.size == (50, 1600)
        assert not kept.getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "JPEG"])
def test_every_kind_a_telephone_sends_is_taken(kind: str) -> None:
    assert keep(picture(kind)).endswith(".jpg")


@pytest.mark.parametrize(
    "data", [b"", b"<svg onload=alert(1)>", picture("JPEG", (64, 64))[:200], bomb()], ids=["", "svg", "cut", "bomb"]
)
def test_what_is_no_sound_picture_is_refused(data: bytes) -> None:
    with pytest.raises(PictureRefused):
        keep(data)


def test_too_many_bytes_are_refused() -> None:
    mall_settings.put("aftersales.photo_bytes", 10_000, actor=SYSTEM)
    with pytest.raises(PictureRefused):
        keep(b"\0" * 10_001)


def test_a_case_takes_only_what_was_kept() -> None:
    number = delivered((goods(1000)[0], 1))
    for names in (["a.jpg"], ["0" * 64 + ".jpg"], ["../x"], [keep(picture(colour=c)) for c in range(10)]):
        with pytest.raises((ValidationFailed, PhotosMissing)) as refused:
            ask(number, photos=names)
        assert [error.loc for error in refused.value.errors] == ["photos"]
