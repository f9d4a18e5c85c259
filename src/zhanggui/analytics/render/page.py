"""The report as one HTML file that needs nothing else and prints well."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Template

from .. import words
from ..types import Report


@lru_cache(maxsize=1)
def _template() -> Template:
    return Engine(dirs=[str(Path(__file__).parent)], autoescape=True).get_template("report.html")


def as_html(report: Report, lang: str) -> str:
    metrics = [
        {
            "name": m.name,
            "title": m.title.render(lang),
            "definition": m.definition.render(lang),
            "value": words.figure(m.value, m.kind, report.currency, lang),
            "previous": words.figure(m.previous, m.kind, report.currency, lang),
            "change": words.change(m.value, m.previous),
        }
        for m in report.metrics
    ]
    context = {
        "lang": lang,
        "title": words.title(report).render(lang),
        "span": words.span(report),
        "timezone": report.timezone,
        "currency": report.currency,
        "heads": [
            t.render(lang) for t in (words.METRIC, words.VALUE, words.PREVIOUS[report.period.name], words.CHANGE)
        ],
        "metrics": metrics,
        "tables": [_table(report, name, lang) for name, rows in report.rows.items() if rows],
    }
    return _template().render(Context(context))


def _table(report: Report, name: str, lang: str) -> dict[str, Any]:
    rows = report.rows[name]
    columns = words.columns_of(rows)
    return {
        "name": name,
        "title": words.TABLES[name].render(lang),
        "heads": [{"text": words.heading(c, lang), "right": words.is_figure(c)} for c in columns],
        "rows": [
            [
                {
                    "text": words.cell(c, row, report.currency, lang),
                    "right": words.is_figure(c),
                }
                for c in columns
            ]
            for row in rows
        ],
    }
