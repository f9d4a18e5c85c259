"""Where a label service's keys lie: `<data>/keys/carriage/<service>/account.json` (docs/carriers.md).

Without them those that the local simulator made for itself are used.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from zhanggui.kernel.i18n import Text

from ..errors import ServiceRefused


@dataclass(frozen=True)
class Keys:
    """The entries of account.json; `partners` are what each carrier agreed with the mall, by its code."""

    service: str
    values: dict[str, Any]
    simulated: bool

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def partner(self, carrier: str) -> dict[str, str]:
        found = self.values.get("partners", {}).get(carrier, {})
        return {str(name): str(value) for name, value in found.items()}

    def address(self, real: str, path: str) -> str:
        """The service's own address, unless account.json or the simulator names another."""
        base = settings.GATEWAY_URL and f"{settings.GATEWAY_URL}/{self.service}" if self.simulated else ""
        return (self.text("gateway") or base or real).rstrip("/") + path

    def push_url(self) -> str:
        """Where tracks are pushed to: the mall's own address as the world reaches it."""
        return f"{str(settings.PUBLIC_URL).rstrip('/')}/api/carriers/{self.service}/tracks"


def folders(service: str) -> tuple[Path, Path]:
    """Where real keys are looked for, then the simulator's."""
    return Path(settings.KEYS_DIR) / "carriage" / service, Path(settings.DATA_DIR) / "gateway" / "carriers" / service


def found(service: str) -> Keys | None:
    """The keys in use; None where there are none (a new file is noticed)."""
    for place, folder in enumerate(folders(service)):
        file = folder / "account.json"
        try:
            changed = file.stat().st_mtime_ns
        except OSError:
            continue
        if place == 0 or settings.GATEWAY_URL:
            return _read(service, file, changed, place == 1)
    return None


def of(service: str) -> Keys:
    """Raises ServiceRefused where there are none."""
    keys = found(service)
    if keys is None:
        reason = Text("还没有放入账户密钥 account.json", "its account.json is not there")
        raise ServiceRefused(service=NAMES[service], reason=reason)
    return keys


def is_simulated(service: str) -> bool:
    keys = found(service)
    return keys is not None and keys.simulated


@lru_cache(maxsize=16)
def _read(service: str, file: Path, _changed: int, simulated: bool) -> Keys:
    return Keys(service, json.loads(file.read_text(encoding="utf-8")), simulated)


NAMES = {
    "kuaidi100": Text("快递100", "Kuaidi100"),
    "kdniao": Text("快递鸟", "KDNiao"),
    "numbers": Text("号段", "Bought numbers"),
}
