"""The house rules as functions over syntax trees: each gives the lines of a file that break it.

`tests/architecture/test_house_rules.py` runs every rule over `src/` and over a bad example of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "zhanggui"

Rule = Callable[[ast.Module], Iterator[ast.AST]]


def files(*modules: str, without: tuple[str, ...] = ()) -> list[Path]:
    """Python files of the named modules (all when none is named), migrations apart; paths in `without` left out."""
    roots = [SOURCE / module for module in modules] or [SOURCE]
    found = [path for root in roots for path in sorted(root.rglob("*.py")) if "migrations" not in path.parts]
    return [path for path in found if not any(path.relative_to(SOURCE).as_posix().startswith(w) for w in without)]


def modules() -> list[str]:
    """The modules of the house that are there."""
    return sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))


def breaches(rules: Mapping[Rule, Sequence[Path]]) -> dict[Rule, list[str]]:
    """`module/file.py:12` for each breach of each rule in its files; a file is parsed once for all rules."""
    watched: dict[Path, list[Rule]] = {}
    for rule, paths in rules.items():
        for path in paths:
            watched.setdefault(path, []).append(rule)
    found: dict[Rule, list[str]] = {rule: [] for rule in rules}
    for path, those in watched.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        name = path.relative_to(SOURCE).as_posix()
        for rule in those:
            found[rule] += [f"{name}:{getattr(node, 'lineno', 1)}" for node in rule(tree)]
    return found


@lru_cache(maxsize=1)
def _nodes(tree: ast.AST) -> list[ast.AST]:
    """All nodes of a tree: the rules look at one file after the other, each several times."""
    return list(ast.walk(tree))


def _dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute; the unknown parts are empty."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in _nodes(tree):
        if isinstance(node, ast.Call):
            yield node, _dotted(node.func)


def _imports(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in _nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node, f"{node.module}.{alias.name}"


def writes_tables(tree: ast.Module) -> Iterator[ast.AST]:
    """The outer modules translate; they never write rows, open transactions or filter others' tables."""
    managers = (
        "objects.create",
        "objects.update",
        "objects.bulk_create",
        "bulk_create",
        "bulk_update",
        "get_or_create",
    )
    for call, name in _calls(tree):
        manager = name.endswith(managers) or name.endswith("update_or_create")
        unbound = name.endswith((".save", ".delete", ".create")) and not name.startswith("router.")
        if (manager or unbound) and "services" not in name:
            yield call
    for node, name in _imports(tree):
        if name in ("django.db.transaction", "django.db.models.Q", "django.db.models"):
            yield node


def reads_clock_or_chance(tree: ast.Module) -> Iterator[ast.AST]:
    """Time and chance come from the kernel, so that tests and replays can set them."""
    for node, name in _imports(tree):
        if name.split(".")[0] in ("random", "uuid", "secrets") and name != "uuid.UUID":
            yield node
    for call, name in _calls(tree):
        if name in (
            "timezone.now",
            "datetime.now",
            "datetime.utcnow",
            "datetime.today",
            "date.today",
            "datetime.datetime.now",
        ):
            yield call


def sets_clock(tree: ast.Module) -> Iterator[ast.AST]:
    """The mall's clock is set by the demo alone, which lives a past of its own."""
    for node, name in _imports(tree):
        if name.endswith("clock.at"):
            yield node
    for call, name in _calls(tree):
        if name == "clock.at":
            yield call


def says_now_in_sql(tree: ast.Module) -> Iterator[ast.AST]:
    """SQL asks the mall's clock, `kernel_now()`, so that a past can be lived."""
    for node in _nodes(tree):
        text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
        if re.search(r"(?i)(?<![\w.])(?:now|clock_timestamp)\(\)|current_timestamp", text):
            yield node
    for node, name in _imports(tree):
        if name == "django.db.models.functions.Now":
            yield node


def makes_floats(tree: ast.Module) -> Iterator[ast.AST]:
    """No money passes through a float."""
    for call, name in _calls(tree):
        if name == "float":
            yield call
        literal = call.args[0] if call.args and isinstance(call.args[0], ast.Constant) else None
        if name.endswith("Decimal") and literal is not None and isinstance(literal.value, float):
            yield call


def locks_rows(tree: ast.Module) -> Iterator[ast.AST]:
    """Row locks stand in one file per module, where their order can be read."""
    for call, name in _calls(tree):
        if name.endswith("select_for_update"):
            yield call
    for node in _nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = " ".join(node.value.lower().split())
            if "select " in text and (" for update" in text or " for no key update" in text or " for share" in text):
                yield node


def uses_signals(tree: ast.Module) -> Iterator[ast.AST]:
    """What happens is called by name: no model signals."""
    for node, name in _imports(tree):
        if name.startswith(("django.db.models.signals", "django.dispatch", "django.core.signals")):
            yield node


def subscribes(tree: ast.Module) -> Iterator[ast.AST]:
    """Reactions are bound in one place."""
    for call, name in _calls(tree):
        if name.split(".")[-1] == "subscribe":
            yield call


def writing_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Public functions that open a transaction or need one, change rows, or record an audit row or an announcement."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            called = {name for _, name in _calls(node)}
            decorated = {_dotted(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
            marks = ("atomic", "audit.record", "audit.record_many", "outbox.record", "needs_transaction", "db.execute")
            if any(name.endswith(marks) or name.startswith("locks.") for name in called | decorated):
                yield node


def without_actor(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Writing functions that do not take `actor` as a keyword."""
    for function in writing_functions(tree):
        if "actor" not in {argument.arg for argument in function.args.kwonlyargs}:
            yield function
