"""Header cells to the names a reader uses, whatever their case, spacing, language or generation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence


def plain(name: str) -> str:
    """A header cell for comparison: case, width, typographic quotes and spacing aside."""
    name = unicodedata.normalize("NFKC", name).replace("\u2019", "'").casefold()
    return re.sub(r"\s+", " ", name).strip(" *:?¿")


class Columns:
    """Where each known column stands; the first of two columns with one meaning counts."""

    def __init__(self, header: Sequence[str], aliases: Mapping[str, Iterable[str]]) -> None:
        meaning = {plain(alias): name for name, names in aliases.items() for alias in (name, *names)}
        self.at: dict[str, int] = {}
        self.unknown: dict[str, int] = {}
        for index, cell in enumerate(header):
            name = meaning.get(plain(cell))
            if name is not None and name not in self.at:
                self.at[name] = index
            elif cell and name is None:
                self.unknown.setdefault(cell, index)

    def __contains__(self, name: str) -> bool:
        return name in self.at

    def has(self, *names: str) -> bool:
        return all(name in self.at for name in names)

    def read(self, cells: Sequence[str]) -> dict[str, str]:
        """The known cells of a row, stripped; every known name of the header is present."""
        return {name: cells[index].strip() for name, index in self.at.items()}
