"""Who may know whom, narrower than the layers: direct edges, open rooms, and the direction of foreign keys."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

from tests.architecture import house
from tests.support.shared import ROOT

#: Lowest first; what stands on one line does not know its neighbours. The content of `.importlinter`.
LAYERS = (
    {"kernel"},
    {"ui"},
    {"accounts"},
    {"catalog"},
    {"members"},
    {"payments", "promotions", "groupbuy", "inventory", "pricing", "content", "carriage", "bespoke", "pickup"},
    {"draws", "presale", "rivals"},
    {"orders"},
    {"checkout", "fulfilment", "procurement", "workshop"},
    {"aftersales", "assortment", "dropship"},
    {"analytics", "servicedesk", "planning", "campaigns", "trials", "replenishment", "promises", "redress"},
    {"clearance"},
    {"integrations"},
    {"showcase"},
    {"pledges"},
    {"api", "cli", "demo", "reactions", "storefront", "backoffice"},
    {"config"},
)
LEVEL = {module: level for level, layer in enumerate(LAYERS) for module in layer}

#: Which modules a module may import directly (the kernel apart, which everybody may; `ui` is for the front ends). An edge
#: that is not here is a question: which of the two could be sold without the other? That one is lower and is asked; the other asks.
EDGES = {
    "ui": set(),
    "accounts": set(),
    "catalog": {"accounts"},
    "members": {"accounts", "catalog"},
    "pricing": {"catalog"},
    "inventory": {"catalog"},
    "promotions": {"catalog", "members"},
    "groupbuy": {"catalog"},
    "content": {"catalog"},
    "carriage": set(),
    "pickup": set(),
    "bespoke": {"catalog"},
    "workshop": {"orders", "bespoke", "inventory", "catalog"},
    "draws": {"promotions", "members"},
    "payments": {"accounts"},
    "presale": {"payments", "inventory", "members", "catalog"},
    "orders": {"payments", "promotions", "groupbuy", "presale", "inventory", "members", "catalog"},
    "checkout": {
        "orders",
        "pricing",
        "carriage",
        "pickup",
        "promotions",
        "groupbuy",
        "presale",
        "inventory",
        "bespoke",
        "members",
        "catalog",
        "payments",
    },
    "fulfilment": {"orders", "carriage", "pickup", "inventory", "catalog"},
    "procurement": {"inventory", "catalog", "accounts"},
    "showcase": {"assortment", "campaigns", "orders", "promotions", "presale", "pricing", "catalog"},
    "assortment": {"orders", "inventory", "pricing", "catalog"},
    "pledges": {
        "aftersales",
        "checkout",
        "orders",
        "promotions",
        "pricing",
        "groupbuy",
        "presale",
        "inventory",
        "content",
        "catalog",
        "accounts",
    },
    "servicedesk": {"aftersales", "orders", "members", "catalog"},
    "trials": {"orders", "payments", "inventory", "pricing", "members", "catalog"},
    "planning": {"orders", "promotions", "pricing", "members", "catalog"},
    "dropship": {"fulfilment", "procurement", "orders", "inventory", "catalog"},
    "promises": {"aftersales", "assortment", "fulfilment", "orders", "inventory", "pricing", "catalog"},
    "rivals": {"pricing", "catalog"},
    "redress": {"aftersales", "fulfilment", "procurement", "orders", "promotions", "members", "inventory"},
    "replenishment": {"orders", "procurement", "inventory", "catalog"},
    "clearance": {"replenishment", "orders", "procurement", "promotions", "pricing", "inventory", "catalog"},
    "campaigns": {"promotions", "groupbuy", "presale", "pricing", "catalog"},
    "aftersales": {"fulfilment", "orders", "payments", "inventory", "promotions", "pricing", "members", "catalog"},
}
#: These may ask anything below their layer.
OPEN = {"analytics", "integrations", "reactions", "api", "cli", "demo", "storefront", "backoffice", "config"}

#: Rooms with a door to the outside; all others are the module's own.
ROOMS = {"services", "selectors", "types", "events", "errors", "permissions"}
#: Modules inside a module, with the same rooms.
INNER = ("integrations.webhooks",)
#: Imports of a room without a door, each with its reason.
EXCEPTIONS = {
    ("config", "cli.processes"): "child processes end with their parent in the same way everywhere",
    ("config", "catalog.words"): "the web server loads the dictionaries before it forks",
    ("integrations", "catalog.drafts"): "the reading process cleans drafts and knows no database, which services need",
    ("cli", "payments.simulator"): "a program of its own that never imports Django, run beside the mall",
    ("cli", "carriage.simulator"): "a program of its own that never imports Django, run beside the mall",
    ("cli", "integrations.reader"): "the reading process is started before Django is ready, which services need",
    ("config", "api"): "the composition root mounts the API",
    ("config", "storefront"): "the composition root mounts the shop",
    ("config", "backoffice"): "the composition root mounts the back office",
    ("config", "reactions"): "the composition root binds reactions to events",
}

#: The only models another module's table may point to.
ANCHORS = {"catalog.Sku", "members.Member", "orders.Order", "accounts.User"}


@cache
def graph() -> grimp.ImportGraph:
    sys.path.insert(0, str(ROOT / "src"))
    return grimp.build_graph("zhanggui", cache_dir=None)


def crossings() -> list[tuple[str, str]]:
    """(importer, imported) as `module.room…`, for every import from one module of ours into another."""
    found = []
    for importer in graph().modules:
        for imported in graph().find_modules_directly_imported_by(importer):
            here, there = importer.split(".")[1:], imported.split(".")[1:]
            if here and there and here[0] != there[0]:
                found.append((".".join(here), ".".join(there)))
    return sorted(found)


def test_the_layers_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_every_module_has_its_place():
    assert set(house.modules()) <= set(LEVEL)


def test_every_table_is_protected():
    """`.importlinter` has a contract for each module with tables (one for all would forbid a module its own)."""
    contracts = (ROOT / ".importlinter").read_text()
    with_tables = {path.parent.name for path in house.SOURCE.glob("*/models.py")}
    missing = {module for module in with_tables if f"[importlinter:contract:tables-{module}]" not in contracts}
    assert not missing


def test_only_listed_edges_exist():
    unlisted = {
        f"{here} -> {there}"
        for here, there in crossings()
        if (module := here.split(".")[0]) not in OPEN and there.split(".")[0] not in EDGES[module] | {"kernel"}
    }
    assert not unlisted


def room(imported: str) -> str:
    """The room an import enters; an inner module has rooms of its own."""
    inner = next((name for name in INNER if imported.startswith(name + ".")), imported.split(".")[0])
    return imported.removeprefix(inner + ".").split(".")[0]


def test_only_open_rooms_are_entered():
    entered = {
        f"{here} -> {there}"
        for here, there in crossings()
        if (module := there.split(".")[0]) not in ("kernel", "ui")
        and (there == module or room(there) not in ROOMS)
        and not any(here.split(".")[0] == who and (there + ".").startswith(what + ".") for who, what in EXCEPTIONS)
    }
    assert not entered


def foreign_keys():
    """(field, its module, the module it points to) for keys that cross modules of ours."""
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField) and here in LEVEL:
                there = field.related_model._meta
                if there.app_label != here:
                    yield field, here, there


def test_foreign_keys_point_down_to_anchors_and_leave_no_trace_there():
    wrong = []
    for field, here, there in foreign_keys():
        name = f"{field.model._meta.label}.{field.name} -> {there.label}"
        if there.label not in ANCHORS:
            wrong.append(f"{name}: not an anchor")
        elif LEVEL[there.app_label] >= LEVEL[here]:
            wrong.append(f"{name}: points up or sideways")
        elif field.remote_field.related_name != "+":
            wrong.append(f"{name}: related_name is not '+'")
    assert not wrong


def test_foreign_keys_across_modules_exist():
    """The test above has something to look at."""
    assert list(foreign_keys())


@pytest.mark.parametrize("module", sorted(set(house.modules()) - {"config"}))
def test_every_module_says_what_it_is(module):
    """One paragraph: what it owns, what it promises, what it never does."""
    text = (house.SOURCE / module / "__init__.py").read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.split()) > 12
