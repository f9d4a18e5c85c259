"""Who of several test processes runs what: a file in one of them, so that what its tests share is made once."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

#: Folders whose files share something costly (a mall and a browser to look at it).
TOGETHER = ("tests/browser/",)


class ByFile(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


def longest_first(items: list[pytest.Item]) -> None:
    """Order tests so that what takes minutes does not begin last, while the other processes have nothing left to do."""
    items.sort(key=lambda item: (not item.nodeid.startswith(TOGETHER), item.get_closest_marker("process") is None))
