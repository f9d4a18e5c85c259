"""Where a provider finds the merchant's keys and the gateway's address.

Real keys live in `<data>/keys/payments/<provider>/` (a `merchant.json` beside the PEM files, see docs/payments.md);
without them the keys that the local gateway simulator made for itself are used.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ..errors import ProviderOff


@dataclass(frozen=True)
class Merchant:
    """One provider's folder: `values` are the entries of merchant.json."""

    provider: str
    folder: Path
    values: dict[str, str]

    def text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def gateway(self, path: str = "") -> str:
        """The gateway's base address: from merchant.json, else the local simulator's."""
        base = self.values.get("gateway") or (settings.GATEWAY_URL and f"{settings.GATEWAY_URL}/{self.provider}")
        if not base:
            raise ProviderOff(provider=self.provider)
        return str(base).rstrip("/") + path

    def public_url(self) -> str:
        """The mall's own address, as buyers and gateways reach it."""
        return str(settings.PUBLIC_URL).rstrip("/")

    def notify_url(self) -> str:
        return f"{self.public_url()}/api/payments/{self.provider}/notify"


def folders(provider: str) -> tuple[Path, Path]:
    """Where real keys are looked for, then the simulator's."""
    return Path(settings.KEYS_DIR) / "payments" / provider, Path(settings.DATA_DIR) / "gateway" / "merchant" / provider


def load(provider: str) -> tuple[Path, int]:
    """The folder in use and the age of its merchant.json (a new file is noticed). Raises ProviderOff without keys."""
    for folder in folders(provider):
        try:
            return folder, (folder / "merchant.json").stat().st_mtime_ns
        except OSError:
            continue
    raise ProviderOff(provider=provider)


@lru_cache(maxsize=32)
def read(provider: str, folder: Path, _modified: int) -> Merchant:
    return Merchant(provider, folder, json.loads((folder / "merchant.json").read_text(encoding="utf-8")))


def practises(provider: str) -> bool:
    """Whether this provider's gateway is the local simulator. Raises ProviderOff without keys."""
    folder, modified = load(provider)
    return not read(provider, folder, modified).values.get("gateway")
