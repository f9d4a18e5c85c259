"""Files of counted rows: kept, then taken into their stock-take in parts, so that one sees how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from zhanggui.kernel import db
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed

from .. import jobs, locks
from ..permissions import COUNT
from ..states import COUNT as STEPS
from ..types import Counted, CountRow
from . import stowing
from .counts import take

PART = 2_500
MOST_ROWS = 50_000
#: Faults that are told of one file; a file with more is the wrong file.
MOST_ERRORS = 200


def add_count_file(number: str, name: str, rows: Sequence[CountRow], *, replace: bool = False, actor: Actor) -> int:
    """Keep a file's rows for a stock-take; its id. They are taken in soon, by a worker. Own transaction.

    Raises PermissionDenied, NotFound, WrongState, ValidationFailed.
    """
    stowing.may(actor, COUNT)
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValidationFailed.one(
            "file", "range", f"文件应有 1 到 {MOST_ROWS} 行", f"a file has between 1 and {MOST_ROWS} rows"
        )
    with transaction.atomic():
        held = locks.count(number, shared=True)
        if held is None:
            raise NotFound()
        STEPS.target(held["state"], "submit")
        made = db.row(
            "insert into inventory_countfile (count_id, name, rows, total, replace, actor)"
            " values (%s, left(%s, 200), %s, %s, %s, %s) returning id",
            (
                held["id"], name, db.Json([[r.row, r.code, r.location, r.batch, r.quantity] for r in rows]), len(rows), replace,
                db.Json(actor.as_dict()),
            ),
        )  # fmt: skip
        assert made is not None
        stowing.note(actor, "add_count_file", "count", number, after={"name": name, "rows": len(rows)})
        transaction.on_commit(jobs.take_count_files_soon)
    return int(made["id"])


def take_count_files() -> None:
    """Take in what waits, part by part, each in a transaction of its own."""
    while True:
        with transaction.atomic():
            if not _part():
                return


def _part() -> bool:
    file = locks.next_count_file()
    if file is None:
        return False
    number = db.one("select number from inventory_count where id = %s", (file["count_id"],))[0]
    held = locks.count(number, shared=True)
    assert held is not None
    rows = [CountRow(*row) for row in file["rows"][file["done"] : file["done"] + PART]]
    if "submit" in STEPS.actions(held["state"]):
        errors = _take(held, rows, file)
        taken, done = len(rows) - len({error[0] for error in errors}), file["done"] + len(rows)
    else:
        words = Text(
            "盘点已提交或取消，其余各行没有导入", "the stock-take was handed in or given up; the rest was not taken"
        )
        errors, taken, done = [[rows[0].row, words.zh, words.en]], 0, file["total"]
    db.execute(
        "update inventory_countfile set done = %s, taken = taken + %s, errors = %s where id = %s",
        (done, taken, db.Json((file["errors"] + errors)[:MOST_ERRORS]), file["id"]),
    )
    return True


def _take(held: dict[str, Any], rows: Sequence[CountRow], file: dict[str, Any]) -> list[list[Any]]:
    """Count what can be counted; [row, words in Chinese, words in English] of the rest."""
    found = _codes([row.code for row in rows])
    errors: list[list[Any]] = []
    good: list[tuple[CountRow, Counted]] = []
    for row in rows:
        ids = found.get(row.code, [])
        text = None
        if len(ids) != 1:
            text = Text(f"没有 SKU 编码或条码“{row.code}”", f"no SKU has the code or barcode “{row.code}”")
            if ids:
                text = Text(
                    f"条码“{row.code}”属于多个 SKU，请填 SKU 编码",
                    f"several SKUs have the barcode “{row.code}”; enter the code",
                )
        elif not (row.quantity.isascii() and row.quantity.isdecimal() and len(row.quantity) <= 10):
            text = Text(
                f"数量“{row.quantity}”应为 0 或正整数", f"the quantity “{row.quantity}” should be 0 or a whole number"
            )
        if text:
            errors.append([row.row, text.zh, text.en])
        else:
            good.append((row, Counted(ids[0], int(row.quantity), row.location, row.batch)))
    actor = Actor(file["actor"]["kind"], file["actor"]["id"], file["actor"]["label"])
    problems = take(held, [counted for _, counted in good], replace=file["replace"], actor=actor) if good else {}
    errors += [_told(good[i][0].row, error) for i, error in problems.items()]
    return sorted(errors)


def _told(row: int, error: FieldError) -> list[Any]:
    words = error.message
    return [row, words.zh, words.en] if isinstance(words, Text) else [row, str(words), str(words)]


def _codes(codes: Sequence[str]) -> dict[str, list[int]]:
    """SKUs by what was scanned: the one of this code, else those with this barcode. One statement."""
    found: dict[str, list[int]] = {}
    exact: set[str] = set()
    rows = db.rows(
        "select id, code as said, true as exact from catalog_sku where code = any(%(codes)s)"
        " union all select id, barcode, false from catalog_sku where barcode = any(%(codes)s) and barcode <> ''"
        " order by exact desc, id",
        {"codes": sorted({code for code in codes if code})},
    )
    for row in rows:
        if row["exact"]:
            exact.add(row["said"])
        if row["exact"] or row["said"] not in exact:
            found.setdefault(row["said"], []).append(row["id"])
    return found
