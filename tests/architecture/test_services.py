"""Whoever changes something says who does it: writing services take `actor` as a keyword."""

from __future__ import annotations

import ast

import pytest

from tests.architecture import house

#: Public writing services without an actor, each with the reason. Keep it short.
WITHOUT_ACTOR = {
    ("accounts", "ensure_roles"): "set-up: the machine itself, before anybody has an account",
    ("accounts", "ensure_first_manager"): "set-up: the machine itself, before anybody has an account",
    ("accounts", "sign_out"): "whoever holds the token is the actor",
    ("accounts", "open_accounts"): "within the caller's transaction; `members` takes the actor and records",
}


def public_services(module: str) -> tuple[set[str], list[ast.Module]]:
    """The names in `__all__` of a module's services, and the trees of its service files."""
    folder = house.SOURCE / module
    door = next((p for p in (folder / "services.py", folder / "services" / "__init__.py") if p.exists()), None)
    if door is None:
        return set(), []
    names: set[str] = set()
    for node in ast.parse(door.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            names = set(ast.literal_eval(node.value))
    files = [door] if door.name == "services.py" else sorted(door.parent.glob("*.py"))
    return names, [ast.parse(path.read_text(encoding="utf-8")) for path in files]


MODULES = [module for module in house.modules() if public_services(module)[1]]


@pytest.mark.parametrize("module", MODULES)
def test_services_list_what_they_offer(module):
    assert public_services(module)[0], f"{module}/services has no __all__"


@pytest.mark.parametrize("module", MODULES)
def test_who_writes_says_who_does_it(module):
    names, trees = public_services(module)
    found = {function.name for tree in trees for function in house.without_actor(tree) if function.name in names}
    assert found == {name for owner, name in WITHOUT_ACTOR if owner == module}


def test_a_writing_function_without_actor_is_seen():
    bad = ast.parse("def cancel(number):\n    with transaction.atomic():\n        pass")
    positional = ast.parse("def cancel(number, actor):\n    audit.record(actor=actor)")
    good = ast.parse("def cancel(number, *, actor):\n    with transaction.atomic():\n        pass")
    assert [f.name for f in house.without_actor(bad)] == ["cancel"]
    assert [f.name for f in house.without_actor(positional)] == ["cancel"]
    assert not list(house.without_actor(good))
