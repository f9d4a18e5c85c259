"""All motifs by name."""

from collections.abc import Callable

from . import (
    motifs_kitchen,
    motifs_paper,
    motifs_plants,
    motifs_scent,
    motifs_snack,
    motifs_storage,
    motifs_tea,
    motifs_textile,
)
from .pen import Thing

MOTIFS: dict[str, Callable[..., Thing]] = {
    **motifs_tea.MOTIFS, **motifs_plants.MOTIFS, **motifs_kitchen.MOTIFS, **motifs_textile.MOTIFS, **motifs_paper.MOTIFS,
    **motifs_scent.MOTIFS, **motifs_snack.MOTIFS, **motifs_storage.MOTIFS,
}  # fmt: skip

#: What a variant's colour dyes, where it is not the thing itself.
DYED = {"pothos": "glaze"}
