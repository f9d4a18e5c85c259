"""Lists: columns, filters that live in the address, sorting, pages by key, bulk actions, export. Drawn by `t.html`.

A view asks what the address wants (`asked`), hands it to a selector, and describes the answer with a `Table`. Whatever
stands in an address, a list answers: a value that makes no sense counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from django.http import HttpRequest

from zhanggui.kernel.i18n import Text

Kind = Literal[
    "text", "money", "number", "percent", "date", "datetime", "ago", "badge", "link", "html", "picture", "custom"
]
RIGHT = ("money", "number", "percent")
TRAIL_MOST = 30  # pages one can walk back step by step
TEXT_MOST = 200


@dataclass(frozen=True, slots=True)
class Column:
    """`value` draws a cell's value from a row (else the row's `key`).

    What a kind expects: money an amount in minor units or a Money, badge a pair (words, tone), link a pair (words,
    address), picture an address, html Markup. A `custom` cell is drawn by the template that calls the macro.
    `phone=False` leaves the column out of the card on a phone.
    """

    key: str
    label: Text
    align: Literal["left", "right", ""] = ""
    kind: Kind = "text"
    sortable: bool = False
    width: str | None = None
    value: Callable[[Any], Any] | None = None
    phone: bool = True

    @property
    def side(self) -> str:
        return self.align or ("right" if self.kind in RIGHT else "left")

    def of(self, row: Any) -> Any:
        """The value of this cell; None for nothing."""
        if self.value is not None:
            return self.value(row)
        return row.get(self.key) if isinstance(row, Mapping) else getattr(row, self.key, None)


@dataclass(frozen=True, slots=True)
class Filter:
    """A field of the filter bar. `options` of a choice are (value, words); a flag is on or off."""

    name: str
    label: Text
    kind: Literal["text", "choice", "date", "flag"] = "text"
    options: Sequence[tuple[str, Text | str]] = ()
    placeholder: Text | None = None

    def clean(self, given: str) -> str:
        """The value as it may be used; "" for anything that makes no sense."""
        if self.kind == "choice":
            return given if given in {value for value, _ in self.options} else ""
        if self.kind == "flag":
            return "1" if given in ("1", "on", "true") else ""
        if self.kind == "date":
            try:
                day = date.fromisoformat(given)
            except ValueError:
                return ""
            return day.isoformat() if 1970 <= day.year <= 2199 else ""
        return "".join(c for c in given if c.isprintable()).strip()[:TEXT_MOST]

    def words(self, value: str) -> Text | str:
        """How the value reads on a chip."""
        return next((words for option, words in self.options if option == value), value)


@dataclass(frozen=True, slots=True)
class Bulk:
    """An action on the chosen rows: their keys are posted as `ids` to `url`, beside `name`=`value`.

    With `confirm` it is asked first; `{n}` in it is the number of rows. `new_tab`: it answers with something to print.
    """

    label: Text
    url: str
    name: str = "action"
    value: str = ""
    confirm: Text | None = None
    icon: str | None = None
    danger: bool = False
    new_tab: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list."""

    path: str
    values: Mapping[str, str]
    sort: str = ""
    cursor: str = ""
    trail: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """A filter's value; "" where it is not set."""
        return self.values.get(name, "")

    def day(self, name: str) -> date | None:
        """A date filter's value."""
        return date.fromisoformat(self.values[name]) if self.values.get(name) else None

    @property
    def filtered(self) -> bool:
        return any(self.values.values())

    def query(self, **changes: str) -> str:
        """The filters and the sort order as the end of an address, first page; without its `?`."""
        wanted = {**self.extra, **self.values, "sort": self.sort, **changes}
        return urlencode({name: value for name, value in wanted.items() if value})

    def href(self, **changes: str) -> str:
        """The address with other values: `href(status="")` without that filter, `href(sort="-total")`."""
        query = self.query(**changes)
        return f"{self.path}?{query}" if query else self.path

    def next_href(self, cursor: str) -> str:
        trail = (*self.trail, self.cursor or "0")[-TRAIL_MOST:]
        return self.href(cursor=cursor, trail="~".join(trail))

    @property
    def previous_href(self) -> str:
        """The page before; "" on the first."""
        if not self.cursor:
            return ""
        if not self.trail:
            return self.href()
        *before, last = self.trail
        return self.href(cursor="" if last == "0" else last, trail="~".join(before))


def asked(
    request: HttpRequest,
    filters: Sequence[Filter] = (),
    *,
    sorts: Sequence[str] = (),
    sort: str = "",
    keep: Sequence[str] = (),
) -> Asked:
    """What the address of this request asks for.

    `sorts` are the orders there are (a leading `-` is descending), `sort` the one without asking; `keep` names further
    parameters of the page that its links should carry on, such as a tab.
    """
    given = request.GET
    wanted = given.get("sort", "")
    trail = tuple(part for part in given.get("trail", "").split("~") if part)[:TRAIL_MOST]
    return Asked(
        path=request.path,
        values={each.name: each.clean(given.get(each.name, "")) for each in filters},
        sort=wanted if wanted in sorts else sort,
        cursor=given.get("cursor", "")[:500],
        trail=trail if all(len(part) <= 500 for part in trail) else (),
        extra={name: given[name][:TEXT_MOST] for name in keep if given.get(name)},
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address without it."""

    label: Text
    value: Text | str
    href: str


@dataclass(slots=True)
class Table:
    """A list as `tables.table(…)` draws it.

    `key` names the list for saved filters ("": none). `next` and `previous` are addresses, or cursors where `asked` is
    given (then `previous` follows by itself). `row_key` gives what bulk actions post (the row's `id`). `export` is the
    address of the export, or True for this list's own with `export=xlsx|csv`. `empty` is (title, text) or a Text;
    `empty_action` (words, address). `tabs` as the component's: (words, address, current, count).
    """

    columns: Sequence[Column]
    rows: Sequence[Any]
    next: str | None = None
    previous: str | None = None
    filters: Sequence[Filter] = ()
    bulk: Sequence[Bulk] = ()
    export: str | bool | None = None
    row_href: Callable[[Any], str | None] | None = None
    empty: Text | tuple[Text, Text] | None = None
    empty_action: tuple[Text, str] | None = None
    asked: Asked | None = None
    key: str = ""
    caption: Text | None = None
    row_key: Callable[[Any], Any] | None = None
    row_tone: Callable[[Any], str] | None = None
    tabs: Sequence[tuple[Any, ...]] = ()
    note: Text | str | None = None

    @property
    def previous_href(self) -> str:
        return self.asked.previous_href if self.asked and self.previous is None else self.previous or ""

    @property
    def next_href(self) -> str:
        if not self.next:
            return ""
        if self.asked is None or self.next.startswith(("/", "?")):
            return self.next
        return self.asked.next_href(self.next)

    @property
    def chips(self) -> list[Chip]:
        """The filters that are set."""
        wanted = self.asked
        if wanted is None:
            return []
        return [
            Chip(each.label, each.words(wanted[each.name]), wanted.href(**{each.name: ""}))
            for each in self.filters
            if wanted[each.name]
        ]

    def export_href(self, form: str) -> str:
        """The same filters and order, as a file."""
        if self.asked is None:
            base = self.export if isinstance(self.export, str) else ""
            return f"{base}{'&' if '?' in base else '?'}export={form}"
        query = self.asked.query(export=form)
        return f"{self.export if isinstance(self.export, str) else self.asked.path}?{query}"

    def key_of(self, row: Any) -> Any:
        if self.row_key is not None:
            return self.row_key(row)
        return row.get("id") if isinstance(row, Mapping) else getattr(row, "id", "")

    def sort_href(self, column: Column) -> str:
        """The address that sorts by a column: ascending first, then the other way."""
        current = self.asked.sort if self.asked else ""
        return self.asked.href(sort=f"-{column.key}" if current == column.key else column.key) if self.asked else ""

    def sorted_by(self, column: Column) -> str:
        """`ascending`, `descending` or `none`, as `aria-sort` says it."""
        current = self.asked.sort if self.asked else ""
        return "ascending" if current == column.key else "descending" if current == f"-{column.key}" else "none"
