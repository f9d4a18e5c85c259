"""Pictures of pages, through the catalogue's own check."""

from zhanggui.catalog import services as catalog
from zhanggui.kernel.actor import Actor

from ..parts import Picture
from ..permissions import EDIT
from .common import allow


def keep_picture(data: bytes, *, actor: Actor) -> Picture:
    """A picture for blocks, logos and covers: checked by its bytes and stored. Raises PictureRefused, PermissionDenied."""
    allow(actor, EDIT)
    kept = catalog.keep_picture(data)
    return Picture(url=kept.url, width=kept.width, height=kept.height)
