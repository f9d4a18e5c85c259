"""Readers of other platforms' files: pure, streaming, one file per format. They give drafts and remarks, and write nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from zoneinfo import ZoneInfo

from zhanggui.integrations.errors import UnknownFormat, WrongFormat
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.money import minor_digits

from . import magento, olist, online_retail, shopify, taobao, woocommerce
from .drafts import Remark
from .history import Buyer, Sale
from .products import Product, Setup
from .sources import from_paths
from .text import Table

Item = Product | Buyer | Sale | Remark


@dataclass(frozen=True, slots=True)
class Format:
    """`several`: its files belong together and are read as one. `currency` is the file's own; empty: the mall's."""

    name: str
    module: ModuleType
    several: bool = False
    currency: str = ""

    @property
    def products(self) -> bool:
        """Of products, not of history."""
        return not self.currency


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("shopify-products", shopify),
        Format("woocommerce-products", woocommerce),
        Format("magento-products", magento),
        Format("taobao-products", taobao),
        Format("olist", olist, several=True, currency=olist.CURRENCY),
        Format("online-retail", online_retail, currency=online_retail.CURRENCY),
    )
}
#: From the most telling header to the least.
_GUESSES = (taobao, online_retail, magento, olist, woocommerce, shopify)


def format_named(name: str) -> Format:
    """Raises UnknownFormat."""
    if name not in FORMATS:
        raise UnknownFormat(format=name, known=", ".join(FORMATS))
    return FORMATS[name]


def open_tables(form: Format, paths: Sequence[str | Path]) -> list[Table]:
    """The files as tables of this format. Raises UnreadableFile, WrongFormat (which says what a file looks like)."""
    module = form.module
    loose = getattr(module, "LOOSE", False)
    tables = [Table(source, skip_to=module.recognises, loose=loose) for source in from_paths(paths)]
    for table in tables:
        if not module.recognises(table.header):
            raise WrongFormat(file=table.name, wanted=module.NAME, looks=looks_like(table))
    return tables


def recognised(table: Table) -> Format | None:
    """The format a file seems to be of."""
    for module in _GUESSES:
        if module.recognises(Table(table.source, known=table.survey, skip_to=module.recognises).header):
            return next(form for form in FORMATS.values() if form.module is module)
    return None


def looks_like(table: Table) -> Text:
    """What a file seems to be, for the error that refuses it."""
    if form := recognised(table):
        return Text(f"看起来是 {form.module.NAME}", f"it looks like {form.module.NAME}")
    shown = ", ".join(table.header)[:120]
    return Text(f"表头是：{shown}", f"its columns are: {shown}")


def read(form: Format, tables: Sequence[Table], zone: ZoneInfo, currency: str) -> Iterator[tuple[str, Item]]:
    """Everything in the files, each with the name of its file. Times without a zone are wall-clock time in `zone`."""
    setup = Setup(minor_digits(currency), zone)
    if form.several:
        yield from form.module.read(tables, setup, currency)
        return
    for table in tables:
        extra = (currency,) if form.currency else ()
        for item in form.module.read(table, setup, *extra):
            yield table.name, item
