"""The drawings: every motif can be drawn, each product looks different, and what is drawn is a sound picture."""

from __future__ import annotations

import inspect
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from zhanggui.demo.art import album, banners, motifs, pictures, printing, rooms, studio
from zhanggui.demo.art.colours import PALETTES, mix
from zhanggui.demo.art.pen import Chance, Pen
from zhanggui.demo.catalogue.stock import GOODS


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small prints, on surfaces of their own."""
    monkeypatch.setattr(studio, "PIXELS", 90)
    monkeypatch.setattr(studio, "_stages", {})
    pictures._model.cache_clear()  # of another size
    whole = studio.ground

    def quick(key: Any, make: Any, width: int = 90) -> Image.Image:
        return whole(key, make, min(width, 240)).resize((width, width))

    monkeypatch.setattr(studio, "ground", quick)


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one.convert("RGB"), other.convert("RGB")).getbbox() is None


@pytest.mark.parametrize("name", sorted(motifs.MOTIFS))
def test_every_motif_is_sound_svg_and_casts_a_shadow(name: str) -> None:
    make = motifs.MOTIFS[name]
    needed = [p.name for p in inspect.signature(make).parameters.values() if p.default is p.empty][1:]
    pen = Pen(Chance(name))
    thing = make(pen, **dict.fromkeys(needed, "#7d9a8a"))
    ElementTree.fromstring(f"<svg>{''.join(pen.defs)}{thing.svg}{thing.shade}</svg>")  # our own drawing
    assert min(thing.w, thing.h) > 0
    assert "nan" not in thing.svg
    assert thing.shade


def test_forty_motifs_at_least() -> None:
    assert len(motifs.MOTIFS) >= 40
    used = {(goods.motif, goods.look.get("form", goods.look.get("kind", ""))) for goods in GOODS}
    assert {motif for motif, _ in used} <= set(motifs.MOTIFS)
    assert len(used) >= 100


def test_no_two_products_look_alike() -> None:
    looks = [(goods.motif, repr(sorted(goods.look.items())), album.subject(goods).room) for goods in GOODS]
    assert len(set(looks)) == len(looks)


def test_the_same_thing_is_drawn_the_same_way() -> None:
    subject = album.subject(GOODS[0])
    first = pictures.hero(subject)
    pictures._model.cache_clear()
    assert same(first, pictures.hero(subject))


def test_colours_differ() -> None:
    goods = next(goods for goods in GOODS if len(goods.colours) > 2)
    prints = [pictures.draw(album.subject(goods), album.in_colour(colour.ink)) for colour in goods.colours]
    assert not same(prints[0], prints[1])
    assert not same(prints[1], prints[2])


@pytest.mark.parametrize("kind", album.GALLERY)
def test_every_kind_of_picture_of_what_stands_lies_and_hangs(kind: str) -> None:
    for wanted in ("west-lake-longjing", "chef-knife", "linen-apron", "ladder-shelf"):
        number = next(i for i, goods in enumerate(GOODS) if goods.key == wanted)
        picture = pictures.draw(album.subject(GOODS[number]), kind)
        assert picture.size == (90, 90)
        colours = picture.convert("RGB").getcolors(90 * 90)
        assert colours is None or len(colours) > 50


def test_files_have_their_editions() -> None:
    printed = printing.as_files("hero", Image.new("RGB", (1600, 640)))
    assert set(printed.editions) == {320, 640, 1200}
    small = printing.as_files("hero", Image.new("RGB", (500, 500)))
    assert small.editions[1200] == small.editions[640] == small.data


@pytest.mark.parametrize(("shape", "size"), [("wide", banners.WIDE), ("tall", banners.TALL)])
def test_banners_fill_their_frame(shape: str, size: tuple[int, int]) -> None:
    picture = banners.draw("tea", shape)
    assert picture.size == size
    assert picture.convert("RGB").getpixel((size[0] - 1, size[1] // 2)) != (0, 0, 0)


def test_every_room_has_its_palette_and_its_company() -> None:
    assert set(rooms.ROOMS) == set(rooms.COMPANIONS) == set(PALETTES)


def test_half_of_black_and_white_looks_like_half() -> None:
    assert mix("#000000", "#ffffff", 0.5) in ("#636363", "#646464", "#626262")
    assert mix("#123456", "#654321", 0) == "#123456"
