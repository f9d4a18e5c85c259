"""The simulator of label services, answering in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from zhanggui.carriage import services
from zhanggui.carriage.services.practice import Practice


@pytest.fixture
def services_here(tmp_path: Path, settings: Any) -> Iterator[Practice]:
    settings.DATA_DIR, settings.KEYS_DIR, settings.GATEWAY_URL = tmp_path, tmp_path / "keys", "http://127.0.0.1:9"
    with services.practise() as practice:
        yield practice
