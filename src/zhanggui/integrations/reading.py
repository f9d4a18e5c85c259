"""Large product files are read, cleaned and made searchable by a process of their own, beside the one that writes.

The reading process knows no database. Where it fails or dies, reading goes on here from the item after the last one that
came, so that whoever takes the items sees the same ones, and the same errors, either way.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast
from zoneinfo import ZoneInfo

import structlog

from zhanggui.catalog import drafts
from zhanggui.catalog.types import MediaDraft, ProductDraft, SkuDraft

from . import reader
from .ahead import ahead
from .importers import Format, Item, format_named, open_tables, read
from .importers.products import LOCAL, Product
from .importers.text import Table
from .reader import LARGE

log = structlog.get_logger(__name__)
PART = 100  # items
AT_ONCE = 5  # parts
_LENGTH = 8  # bytes before each part on the pipe; a part of length 0 is the last


@dataclass(frozen=True, slots=True)
class Ready:
    """A product and what the catalogue makes of it."""

    product: Product
    clean: drafts.Clean


Read = tuple[str, Item | Ready]


@dataclass(frozen=True, slots=True)
class _Task:
    form: str
    paths: list[str]
    digests: list[str]
    zone: str
    currency: str
    known: Collection[str]  # digests of products that were taken before and so need no more than reading


def draft_of(product: Product) -> ProductDraft:
    """As the catalogue takes it. Pictures that lie beside the file are not in it."""
    pictures = [MediaDraft(p.url, p.alt) for p in product.media if not p.url.startswith(LOCAL)]
    for variant in product.skus:
        if variant.image_url and not variant.image_url.startswith(LOCAL):
            pictures.append(MediaDraft(variant.image_url, sku_code=variant.code))
    return ProductDraft(
        source=product.source,
        external_id=product.external_id,
        title=product.title,
        subtitle=product.subtitle,
        description_html=product.description_html,
        category_path=product.category_path,
        brand=product.brand,
        tags=product.tags,
        attributes=product.attributes,
        media=tuple(pictures),
        skus=tuple(SkuDraft(v.code, v.options, v.barcode, v.weight_g or 0, v.position) for v in product.skus),
        slug=product.slug,
        published=product.listed,
        digest=product.digest,
    )


def beside(
    form: Format,
    tables: Sequence[Table],
    paths: Sequence[str | Path],
    zone: ZoneInfo,
    currency: str,
    known: Callable[[], Collection[str]],
) -> Iterator[Read]:
    """What `read` gives, in its order. Where the files are large, products come `Ready` that are not among the `known`."""
    came = 0
    if form.products and sum(table.survey.size for table in tables) >= LARGE:
        task = _Task(form.name, [str(path) for path in paths], [t.digest for t in tables], zone.key, currency, known())
        with _process(task) as (told, early):
            if not early:
                drafts.load_dictionaries()  # while the other begins
            parts = ahead(_parts(told), 1)  # named, so that it ends after the process it waits for
            for items in parts:
                if not items:
                    return
                came += len(items)
                yield from items
        log.warning("import_read_here", came=came)
    yield from islice(ahead(read(form, tables, zone, currency)), came, None)


@contextmanager
def _process(task: _Task) -> Iterator[tuple[IO[bytes], bool]]:
    """The reading process, which ends with the block; what it says, and whether it has its dictionaries already."""
    process, early = reader.take()
    asked, told = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    try:
        with suppress(BrokenPipeError), asked:
            pickle.dump(task, asked, pickle.HIGHEST_PROTOCOL)
        yield told, early
    finally:
        reader.end(process)


def _parts(stream: IO[bytes]) -> Iterator[list[Read]]:
    """Parts as they come, unpacked in the thread that waits for them; an empty one says that all came. Ends without it
    where the writer died."""
    while len(head := stream.read(_LENGTH)) == _LENGTH:
        length = int.from_bytes(head)
        part = stream.read(length)
        if len(part) < length:
            return
        yield pickle.loads(part) if part else []
        if not length:
            return


def serve(early: bool) -> None:
    """What the reading process does."""
    gc.disable()  # rows and drafts hold no cycles
    with suppress(BrokenPipeError, KeyboardInterrupt, EOFError):
        if early:
            drafts.load_dictionaries()
        _serve(pickle.load(sys.stdin.buffer), sys.stdout.fileno(), early)


def _serve(task: _Task, told: int, early: bool) -> None:
    form = format_named(task.form)
    tables = open_tables(form, task.paths)
    if [table.digest for table in tables] != task.digests:
        return  # a file was changed meanwhile

    def tell(part: bytes) -> None:
        # Not through a buffered stream: one that is stopped (Ctrl-Z) in the middle of a write goes on in the wrong place.
        left = memoryview(len(part).to_bytes(_LENGTH) + part)
        while left:
            left = left[os.write(told, left) :]

    known = frozenset(task.known)
    found = read(form, tables, ZoneInfo(task.zone), task.currency)
    # The first go as they are, so that whoever writes them need not wait until the dictionaries are loaded here.
    for _ in range(0 if early else AT_ONCE):
        if raw := list(islice(found, PART)):
            tell(pickle.dumps(raw, pickle.HIGHEST_PROTOCOL))
    names: set[str] = set()
    while part := [_ready(item, known, names) for item in islice(found, PART)]:
        tell(pickle.dumps(part, pickle.HIGHEST_PROTOCOL))
    tell(b"")


def _ready(found: tuple[str, Item], known: Collection[str], names: set[str]) -> Read:
    name, item = found
    if isinstance(item, Product) and item.digest not in known:
        return name, Ready(item, drafts.clean(draft_of(item), names))
    return found
