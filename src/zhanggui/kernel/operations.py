"""What migrations do besides Django's own operations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.migrations.operations.base import Operation


class SqlFile(Operation):
    """Load a file of `create or replace function` statements; backwards nothing happens, the next load replaces them.

    A function run by `RunPython` would do the same, but Django builds every model anew for each of those.
    """

    reduces_to_sql = False

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Functions are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(self.path.read_text(encoding="utf-8"), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The functions of before are not known any more."""

    def describe(self) -> str:
        return f"Load {self.path.name}"
