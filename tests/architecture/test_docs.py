"""The documents are true: what they name exists, what is made from the code is fresh, numbers are used once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture import house
from tests.architecture.test_edges import EDGES, LAYERS, LEVEL, OPEN
from tests.support.shared import ROOT
from tools import catalogues

DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
ADRS = sorted(path.name for path in (DOCS / "adr").glob("[0-9]*.md"))
#: A path ends with a slash or a suffix we use, or leads into one of our folders.
PATH = re.compile(
    r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*(?:/|\.(?:py|sql|md|toml|in|lock))|tests/[a-z_/]+|docs/adr/\d{4}"
)
#: Folders of a data directory, of a merchant, and other things that are no part of the tree.
FOREIGN = ("platform/", "keys/", "var/", "postgres/", "imports/")


def spans(text: str) -> list[str]:
    """What stands in backticks, code blocks apart."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def paths(page: Path) -> list[str]:
    """Paths of ours a page names: in backticks, as links, or as plain `docs/…`."""
    text = page.read_text(encoding="utf-8")
    named = [span for span in spans(text) if PATH.fullmatch(span) and "/" in span and not span.startswith(FOREIGN)]
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    plain = re.findall(r"(?<![\w/(])docs/[\w/-]+(?:\.md)?", text)
    return [*named, *links, *plain]


def exists(name: str, page: Path) -> bool:
    """From the root, from the package, beside the page, or as a room; a decision also by its number alone."""
    places = (ROOT, house.SOURCE, page.parent, *(house.SOURCE / module for module in house.modules()))
    return any((place / name).exists() for place in places) or any(DOCS.glob(f"adr/{Path(name).name}-*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_names_exists(page: Path) -> None:
    assert not [name for name in paths(page) if not exists(name, page)]


def test_the_paths_are_seen() -> None:
    """The test above has something to look at, and would see a file that is gone."""
    page = DOCS / "order-path.md"
    assert len(paths(page)) > 10
    assert not exists("checkout/nowhere.py", page)


def rows(page: Path) -> list[list[str]]:
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_map_shows_every_module_with_its_edges() -> None:
    shown = {row[0].strip("` "): row for row in rows(DOCS / "map.md") if row[0].strip("` ") in LEVEL}
    assert set(shown) == set(house.modules())
    levels = [LEVEL[module] for module in shown]
    assert levels == sorted(levels, reverse=True)
    for module, row in shown.items():
        if module not in OPEN | {"kernel"}:
            assert set(re.findall(r"`(\w+)`", row[2])) == EDGES[module], module


def test_every_layer_is_on_the_map() -> None:
    assert set().union(*LAYERS) == set(house.modules())


@pytest.mark.parametrize("name", catalogues.PAGES)
def test_the_catalogues_are_fresh(name: str) -> None:
    catalogues.load()
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == catalogues.PAGES[name](), "run `PYTHONPATH=src python -m tools.catalogues`"


def test_decisions_have_numbers_of_their_own_and_are_listed() -> None:
    numbers = [name[:4] for name in ADRS]
    assert len(numbers) == len(set(numbers))
    assert re.findall(r"\]\((\d{4}[^)]+)\)", (DOCS / "adr" / "README.md").read_text(encoding="utf-8")) == ADRS
    for name in ADRS:
        assert (DOCS / "adr" / name).read_text(encoding="utf-8").startswith(f"# {name[:4]} "), name


def test_commands_of_the_readme_exist() -> None:
    from zhanggui.cli.__main__ import COMMANDS

    called = set(re.findall(r"\./zhanggui ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    assert {"up", "test"} < called <= set(COMMANDS)
