"""All pictures of the goods, kept through the catalogue: drawn by every core, once; later loads find them again."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, as_completed
from functools import cache
from pathlib import Path

from django.conf import settings

from zhanggui.catalog import services
from zhanggui.catalog.types import StoredPicture

from ..catalogue.model import Goods
from ..catalogue.stock import GOODS, top_shelf
from . import banners, printing
from .pictures import Subject
from .printing import Job, Printed

GALLERY = ("hero", "scene", "close", "measure")
Albums = dict[str, dict[str, StoredPicture]]
Progress = Callable[[int, int], None]
_NUMBERS = {goods.key: number for number, goods in enumerate(GOODS)}


def in_colour(ink: str) -> str:
    """The kind of a picture by itself in a colour."""
    return f"colour:{ink}"


def subject(goods: Goods) -> Subject:
    room = top_shelf(goods.shelf).room
    return Subject(goods.key, goods.motif, tuple(goods.look.items()), room, goods.size, _NUMBERS[goods.key])


def faces(goods: Goods) -> tuple[str, ...]:
    """What lists, carts and orders show: the thing by itself, in every colour."""
    return ("hero", *(in_colour(colour.ink) for colour in goods.colours))


def kinds(goods: Goods) -> tuple[str, ...]:
    return (*faces(goods), *(kind for kind in reversed(GALLERY) if kind != "hero"))  # larger prints of a thing first


class Order:
    """Pictures that are being drawn while the one who ordered them does something else."""

    def __init__(self, hands: Executor, jobs: Sequence[Job]) -> None:
        self._jobs: dict[Future[list[tuple[Subject | str, Printed]]], Job] = {
            hands.submit(printing.do, job): job for job in jobs
        }
        self.size = sum(job.size for job in jobs)

    def keep(self, progress: Progress) -> None:
        """Wait until all are drawn, and keep them; `progress` hears how many pictures of how many are done."""
        index, done = _index(), 0
        progress(done, self.size)
        for drawn in as_completed(self._jobs):
            for shown, printed in drawn.result():
                index[_mark(shown, printed.kind)] = services.keep_picture(printed.data, editions=printed.editions)
            done += self._jobs[drawn].size
            progress(done, self.size)
        if self._jobs:
            _write_index(index)


def order(hands: Executor, wanted: Sequence[tuple[Goods, Sequence[str]]], scenes: Sequence[str] = ()) -> Order:
    """Have these kinds of pictures of these goods drawn, and the wide scenes of the home page; not what is kept already."""
    index = _index()
    together: dict[tuple[str, int], list[tuple[Subject, tuple[str, ...]]]] = {}
    for goods, asked in wanted:
        known = subject(goods)
        if missing := tuple(kind for kind in asked if _mark(known, kind) not in index):
            together.setdefault((known.room, known.number % 4), []).append((known, missing))
    jobs = [Job(scene=key) for key in scenes if any(_mark(key, shape) not in index for shape in printing.SHAPES)]
    return Order(hands, [*jobs, *(Job(tuple(subjects)) for subjects in together.values())])


def albums(goods: Sequence[Goods]) -> Albums:
    """The pictures that are kept of each of these goods, by key and kind."""
    index = _index()
    return {
        one.key: {kind: found for kind in kinds(one) if (found := index.get(_mark(subject(one), kind)))}
        for one in goods
    }


def scenes() -> dict[str, dict[str, StoredPicture]]:
    """The wide scenes of the home page that are kept, by key, each `wide` and `tall`."""
    index = _index()
    return {key: {shape: index[_mark(key, shape)] for shape in printing.SHAPES} for key in banners.BANNERS}


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
