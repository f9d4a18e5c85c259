"""All pictures of the goods, kept through the catalogue: drawn by every core, once; later loads find them again."""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from PIL import Image

from zhanggui.catalog import services
from zhanggui.catalog.types import StoredPicture
from zhanggui.kernel.picture_sizes import WIDTHS

from ..catalogue.model import Goods
from ..catalogue.stock import top_shelf
from . import banners, pictures, studio
from .pictures import Subject

GALLERY = ("hero", "scene", "close", "measure")
Albums = dict[str, dict[str, StoredPicture]]


class Printed(NamedTuple):
    """A drawn picture as files: itself, and its smaller editions by width."""

    kind: str
    data: bytes
    editions: dict[int, bytes]


def in_colour(ink: str) -> str:
    """The kind of a picture by itself in a colour."""
    return f"colour:{ink}"


def subject(goods: Goods, number: int) -> Subject:
    return Subject(goods.key, goods.motif, tuple(goods.look.items()), top_shelf(goods.shelf).room, goods.size, number)


def kinds(goods: Goods) -> tuple[str, ...]:
    return (*GALLERY, *(in_colour(colour.ink) for colour in goods.colours))


def keep(goods: Sequence[Goods], progress: Callable[[int, int], None]) -> Albums:
    """The pictures of all goods, by key and kind; those that are not there yet are drawn. `progress` hears how many
    products are done of how many."""
    index = _index()
    albums: Albums = {}
    missing: list[tuple[Subject, tuple[str, ...]]] = []
    for number, one in enumerate(goods):
        known = subject(one, number)
        albums[one.key] = {kind: found for kind in kinds(one) if (found := index.get(_mark(known, kind)))}
        if wanted := tuple(kind for kind in kinds(one) if kind not in albums[one.key]):
            missing.append((known, wanted))
    done = len(goods) - len(missing)
    progress(done, len(goods))
    for (known, _), printed in zip(missing, print_all(missing), strict=True):
        for picture in printed:
            kept = services.keep_picture(picture.data, editions=picture.editions)
            albums[known.key][picture.kind] = index[_mark(known, picture.kind)] = kept
        done += 1
        progress(done, len(goods))
    if missing:
        _write_index(index)
    return albums


def keep_scenes() -> dict[str, dict[str, StoredPicture]]:
    """The wide scenes of the home page by key, each `wide` and `tall`; those that are not there yet are drawn."""
    index = _index()
    scenes: dict[str, dict[str, StoredPicture]] = {}
    for key in banners.BANNERS:
        for shape in ("wide", "tall"):
            mark = _mark(key, shape)
            if mark not in index:
                picture = as_files(shape, banners.draw(key, shape), 82)
                index[mark] = services.keep_picture(picture.data, editions=picture.editions)
            scenes.setdefault(key, {})[shape] = index[mark]
    _write_index(index)
    return scenes


def print_all(wanted: Sequence[tuple[Subject, tuple[str, ...]]]) -> Iterator[list[Printed]]:
    """Draw with every core; in order."""
    workers = min(os.cpu_count() or 1, len(wanted), 8)
    if workers < 2:
        yield from map(printed, wanted)
        return
    # not forked: a copy of this process would hold its connections
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(printed, wanted)


def printed(wanted: tuple[Subject, tuple[str, ...]]) -> list[Printed]:
    """The pictures of one product, encoded."""
    known, asked = wanted
    return [as_files(kind, pictures.draw(known, kind)) for kind in asked]


def as_files(kind: str, picture: Image.Image, quality: int = 86) -> Printed:
    """A picture and its editions, each made from the next larger one."""
    data = studio.encode(picture, quality)
    editions: dict[int, bytes] = {}
    current = picture.convert("RGB")
    for width in sorted(WIDTHS, reverse=True):
        if current.width <= width:
            editions[width] = data
            continue
        height = round(current.height * width / current.width)
        current = current.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        editions[width] = studio.encode(current, quality)
    return Printed(kind, data, editions)


# --- what was drawn before ---------------------------------------------------------------------------------------


@cache
def _hand() -> str:
    """What the drawing is made by: another hand draws everything anew."""
    mark = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        mark.update(file.read_bytes())
    return mark.hexdigest()


def _mark(known: Subject | str, kind: str) -> str:
    return hashlib.sha256(f"{_hand()} {known!r} {kind}".encode()).hexdigest()


def _index_file() -> Path:
    return Path(settings.MEDIA_ROOT) / "demo-pictures.json"


def _index() -> dict[str, StoredPicture]:
    """What is kept of earlier drawings; a file that cannot be read counts as none."""
    try:
        found = json.loads(_index_file().read_bytes())
        known = {mark: StoredPicture(*values) for mark, values in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {mark: kept for mark, kept in known.items() if (Path(settings.MEDIA_ROOT) / kept.file).is_file()}


def _write_index(index: dict[str, StoredPicture]) -> None:
    file = _index_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    draft.write_text(json.dumps(index))
    os.replace(draft, file)
