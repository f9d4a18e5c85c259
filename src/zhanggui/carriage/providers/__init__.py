"""Label and tracking services, one file each. `service(name)` is the only door."""

from functools import cache

from ..types import LabelService
from . import keys
from .kdniao import KDNiao
from .kuaidi100 import Kuaidi100

#: Services that are asked over the network; `numbers` takes the next of a range instead.
ONLINE = ("kuaidi100", "kdniao")


@cache
def _all() -> dict[str, LabelService]:
    return {"kuaidi100": Kuaidi100(), "kdniao": KDNiao()}


def service(name: str) -> LabelService:
    """The service of that name. Raises KeyError for one there is not."""
    return _all()[name]


def is_ready(name: str) -> bool:
    """Whether its keys are there."""
    return keys.found(name) is not None


def practises(name: str) -> bool:
    """Whether its keys are the local simulator's."""
    return keys.is_simulated(name)
