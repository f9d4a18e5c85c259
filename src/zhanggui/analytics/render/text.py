"""The report for a terminal: columns aligned by how wide characters really are."""

import unicodedata

from .. import words
from ..types import Report


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space


def _clean(text: str) -> str:
    """No control characters on a terminal, nor lines that break the table."""
    return "".join(c if c.isprintable() else " " for c in text)


def _short(text: str) -> str:
    return text if len(text) <= 48 else text[:47] + "…"


def table(rows: list[list[str]], right: list[bool]) -> list[str]:
    """Lines of a table whose first row is its head."""
    last = len(right) - 1
    # the last column may be as long as it likes: nothing stands behind it
    cleaned = [[_clean(text) if i == last else _short(_clean(text)) for i, text in enumerate(row)] for row in rows]
    widths = [max(_width(row[i]) for row in cleaned) for i in range(len(right))]
    lines = ["  ".join(_pad(text, widths[i], right[i]) for i, text in enumerate(row)).rstrip() for row in cleaned]
    lines.insert(1, "─" * min(sum(widths) + 2 * (len(widths) - 1), 100))
    return lines


def as_text(report: Report, lang: str) -> str:
    lines = [
        f"{words.title(report).render(lang)}  {words.span(report)}",
        f"{report.timezone} · {report.currency}",
        "",
    ]
    heads = (words.METRIC, words.VALUE, words.PREVIOUS[report.period.name], words.CHANGE)
    figures = [[head.render(lang) for head in heads]]
    for m in report.metrics:
        shown = [words.figure(v, m.kind, report.currency, lang) for v in (m.value, m.previous)]
        figures.append([m.title.render(lang), *shown, words.change(m.value, m.previous)])
    lines += table(figures, [False, True, True, True])
    for name, rows in report.rows.items():
        if rows:
            columns = words.columns_of(rows)
            lines += ["", words.TABLES[name].render(lang)]
            lines += table(
                [[words.heading(c, lang) for c in columns]]
                + [[words.cell(c, row, report.currency, lang) for c in columns] for row in rows],
                [words.is_figure(c) for c in columns],
            )
    lines += ["", words.DEFINITION.render(lang)]
    lines += [f"  {m.title.render(lang)}{words.COLON.render(lang)}{m.definition.render(lang)}" for m in report.metrics]
    return "\n".join(lines) + "\n"
