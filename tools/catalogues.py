"""`PYTHONPATH=src python -m tools.catalogues`: writes the catalogues of events, errors, settings and permissions to `docs/`.

They are read from the code, so they are true when they are fresh; `tests/architecture/test_docs.py` fails when they are not.
"""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import django
from django.apps import apps

from zhanggui.kernel.outbox import Event
from zhanggui.kernel.problems import Problem

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "zhanggui"
#: Programs and migrations declare nothing.
PROGRAMS = ("cli", "config", "payments.simulator", "carriage.simulator", "replenishment.forecasting")
MADE = "Made by `python -m tools.catalogues`; change the code, not this page."
T = TypeVar("T")


def load() -> None:
    """Import whatever may declare an event or a refusal."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        if (
            ".migrations" not in name
            and name != "__init__"
            and not f"{name}.".startswith(tuple(f"{p}." for p in PROGRAMS))
        ):
            import_module(f"zhanggui.{name}")


def kinds_of(base: type[T]) -> Iterator[type[T]]:
    """All subclasses that `src/` declares (a dataclass with slots leaves its first form behind, which is not it)."""
    for kind in base.__subclasses__():
        if (
            kind.__module__.startswith("zhanggui.")
            and getattr(sys.modules[kind.__module__], kind.__name__, None) is kind
        ):
            yield kind
        yield from kinds_of(kind)


def home(kind: type) -> str:
    """The module a class belongs to: `orders`, `integrations.webhooks`."""
    return kind.__module__.removeprefix("zhanggui.").rpartition(".")[0]


def written_by_sql(name: str) -> list[str]:
    """The SQL files that record the event themselves."""
    found = [path for path in sorted(SOURCE.rglob("*.sql")) if f"'{name}'" in path.read_text(encoding="utf-8")]
    return [path.relative_to(SOURCE).as_posix() for path in found]


def said(kind: type) -> str:
    """The docstring in one line; empty where there is none of its own."""
    text = "" if kind.__doc__ is None or kind.__doc__.startswith(f"{kind.__name__}(") else kind.__doc__
    return " ".join(text.split())


def cell(text: object) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    head = list(head)
    shown = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cell(value) for value in line) + " |" for line in shown) + "\n"


def events() -> str:
    """Everything the mall announces."""
    found = sorted({kind for kind in kinds_of(Event) if "name" in vars(kind)}, key=lambda kind: kind.name)
    parts = [
        f"# Events\n\n{MADE}\n\n"
        "An event is written with the change it tells of and delivered soon after, at least once (docs/adr/0002); webhooks\n"
        "send it under the same name. A field is added without a new version; anything else makes a new one. Amounts are\n"
        "minor units, times RFC 3339.\n"
    ]
    for kind in found:
        fields = [
            f"`{field.name}` {field.type if isinstance(field.type, str) else _type(field.type)}"
            for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        ]
        parts.append(f"## `{kind.name}` v{kind.version}\n")
        parts += [f"{said(kind)}\n"] if said(kind) else []
        parts.append(f"Fields: {', '.join(fields) or 'none'}.\n")
        sql = written_by_sql(kind.name)
        parts += [f"Written by `{'`, `'.join(sql)}`.\n"] if sql else []
    return "\n".join(parts)


def _type(kind: object) -> str:
    return kind.__name__ if type(kind) is type else str(kind).replace("typing.", "")


def errors() -> str:
    """Every refusal with its code."""
    found = sorted(set(kinds_of(Problem)), key=lambda kind: (kind.code, kind.status, home(kind), kind.__name__))
    lines = [
        (f"`{kind.code}`", kind.status, kind.message.zh, kind.message.en, f"{home(kind)} `{kind.__name__}`")
        for kind in found
    ]
    return (
        f"# Errors\n\n{MADE}\n\n"
        "Refusals are RFC 9457 `application/problem+json`; programs go by `code` (and `errors[].code` of a field), people read\n"
        "`detail` in the language of Accept-Language. Codes are stable. `{…}` is filled in.\n\n"
        + table(("code", "status", "zh-Hans", "en", "where"), lines)
    )


def _gathered(room: str, name: str) -> Iterator[tuple[str, object]]:
    """What each installed module declares as `name` in its `room`."""
    for config in apps.get_app_configs():
        path = Path(config.path) / f"{room}.py"
        if config.name.startswith("zhanggui.") and config.name != "zhanggui.config" and path.exists():
            yield config.name.removeprefix("zhanggui."), getattr(import_module(f"{config.name}.{room}"), name)


def settings() -> str:
    """The mall's own numbers."""
    lines = []
    for _, declared in _gathered("settings", "SETTINGS"):
        for one in declared:  # type: ignore[attr-defined]
            bounds = "–".join("" if bound is None else str(bound) for bound in (one.minimum, one.maximum)).strip("–")
            lines.append((f"`{one.key}`", one.kind, f"`{one.default!r}`", bounds, one.meaning.zh, one.meaning.en))
    return (
        f"# Settings\n\n{MADE}\n\n"
        "Changed at run time by `PUT /api/ops/v1/settings/{key}`, heard everywhere within a second, written to the audit log.\n\n"
        + table(("key", "kind", "default", "bounds", "zh-Hans", "en"), sorted(lines))
    )


def permissions() -> str:
    """What staff may be allowed to do, and what the shipped roles may."""
    from zhanggui.accounts.roles import SHIPPED, shipped_permissions

    declared = {key: text for _, found in _gathered("permissions", "PERMISSIONS") for key, text in found.items()}  # type: ignore[attr-defined]
    may = {code: shipped_permissions(code) for code in SHIPPED}
    lines = []
    for key, text in sorted(declared.items()):
        who = [code for code, allowed in may.items() if key in allowed and allowed != ["*"]]
        lines.append((f"`{key}`", text.zh, text.en, ", ".join(who)))
    roles = "; ".join(f"`{code}` {name.zh} {name.en}" for code, (name, _) in SHIPPED.items())
    return (
        f"# Permissions\n\n{MADE}\n\n"
        f"Shipped roles: {roles}. The manager may do everything; a mall changes its roles as it likes.\n\n"
        + table(("permission", "zh-Hans", "en", "shipped roles besides the manager"), lines)
    )


PAGES: dict[str, Callable[[], str]] = {
    "events.md": events,
    "errors.md": errors,
    "settings.md": settings,
    "permissions.md": permissions,
}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")
    django.setup()
    load()
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
