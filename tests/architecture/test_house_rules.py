"""The rules of the house that a syntax tree can show, over all of `src/`; and that each rule can fail."""

from __future__ import annotations

import ast

import pytest

from tests.architecture import house

OUTER = ("api", "cli", "reactions", "storefront", "backoffice")

#: rule, the files it holds for, and an example that breaks it.
#: Pictures, and forecasts of units: no amount comes here.
NO_MONEY = ("kernel/", "demo/art/", "replenishment/core/", "replenishment/forecasting/", "replenishment/services/")
RULES = [
    pytest.param(
        house.writes_tables, house.files(*OUTER), "def view(): Order.objects.create(total=1)", id="writes_tables"
    ),
    pytest.param(
        house.reads_clock_or_chance,
        house.files(without=("kernel/", "cli/", "payments/simulator/", "carriage/simulator/")),
        "from django.utils import timezone\nat = timezone.now()",
        id="reads_clock_or_chance",
    ),
    pytest.param(
        house.sets_clock,
        house.files(without=("demo/",)),
        "with clock.at(yesterday): pass",
        id="sets_clock",
    ),
    pytest.param(
        house.says_now_in_sql,
        house.files(without=("kernel/clock.py", "demo/")),
        "db.execute('delete from cart where updated_at < now()')",
        id="says_now_in_sql",
    ),
    pytest.param(house.makes_floats, house.files(without=NO_MONEY), "total = float(amount)", id="makes_floats"),
    pytest.param(
        house.locks_rows,
        [path for path in house.files(without=("kernel/outbox.py",)) if path.name != "locks.py"],
        "rows = Level.objects.select_for_update().filter(id=1)",
        id="locks_rows",
    ),
    pytest.param(
        house.uses_signals, house.files(), "from django.db.models.signals import post_save", id="uses_signals"
    ),
    pytest.param(
        house.subscribes,
        house.files(without=("config/wiring.py", "kernel/outbox.py")),
        "outbox.subscribe(OrderPaid, 'x', react)",
        id="subscribes",
    ),
]


@pytest.fixture(scope="module")
def breaches():
    return house.breaches({each.values[0]: each.values[1] for each in RULES})


@pytest.mark.parametrize("rule", [pytest.param(each.values[0], id=each.id) for each in RULES])
def test_the_house_keeps(rule, breaches):
    assert not breaches[rule], f"{rule.__doc__}\n" + "\n".join(breaches[rule])


@pytest.mark.parametrize(("rule", "_files", "bad"), RULES)
def test_the_rule_sees_its_bad_example(rule, _files, bad):
    assert list(rule(ast.parse(bad)))
