"""Reads of what is made for its buyer."""

from collections.abc import Mapping
from typing import NamedTuple

from zhanggui.kernel import db, versions

from .photos import file_of as photo
from .rules import VERSION, as_fields
from .rules import ahead as ahead
from .rules import settle as settle
from .rules import tidy as tidy
from .types import Field, Form

__all__ = ["VERSION", "ahead", "fields_of_code", "form", "forms", "photo", "settle", "tidy"]

_NO_FIELDS: tuple[Field, ...] = ()


class _Kept(NamedTuple):
    version: int
    forms: dict[int, Form]
    codes: dict[str, int]  # SKU to product, as far as they were there when it was read


_kept: _Kept | None = None


def _all() -> _Kept:
    global _kept
    version = versions.get(VERSION)
    if _kept is None or _kept.version != version:
        rows = db.rows(
            "select f.product_id, f.fields, f.daily, f.version, array(select s.code from catalog_sku s"
            " where s.product_id = f.product_id) as codes from bespoke_form f order by 1"
        )
        forms = {r["product_id"]: Form(r["product_id"], as_fields(r["fields"]), r["daily"], r["version"]) for r in rows}
        _kept = _Kept(version, forms, {code: r["product_id"] for r in rows for code in r["codes"]})
    return _kept


def forms() -> Mapping[int, Form]:
    """What products ask for, by product. Kept in memory: no statement while no form changed (and its version was read)."""
    return _all().forms


def form(product_id: int) -> Form:
    """Of one product; an empty one where it asks for nothing. Statements as `forms`."""
    return _all().forms.get(product_id) or Form(product_id)


def fields_of_code(code: str) -> tuple[Field, ...]:
    """What the product of a SKU asks for; () for nothing. Statements as `forms`."""
    kept = _all()
    product = kept.codes.get(code)
    return kept.forms[product].fields if product is not None else _NO_FIELDS


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = None
