"""Who does it. Every writing service takes an Actor; audit rows and timelines keep it."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["system", "staff", "member", "guest", "program"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the account's id where there is one; `label` is fit to be shown to staff (no personal data of buyers)."""

    kind: Kind
    id: int | None = None
    label: str = ""
    permissions: frozenset[str] = frozenset()

    def as_dict(self) -> dict[str, object]:
        return {"kind": self.kind, "id": self.id, "label": self.label}

    def may(self, permission: str) -> bool:
        return self.kind == "system" or permission in self.permissions or "*" in self.permissions


SYSTEM = Actor("system", None, "system")
GUEST = Actor("guest", None, "guest")
