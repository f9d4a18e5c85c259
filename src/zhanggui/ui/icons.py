"""Icons, written into the page: they take the colour of the text, and cost no request."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

from . import assets


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 20, label: str = "") -> Markup:
    """An icon of the set in `frontend/icons.txt`; decorative unless it has a label."""
    body = assets.icons().get(name, "")
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    svg = Markup('<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" {1}>{2}</svg>')
    return svg.format(size, said, Markup(body))
