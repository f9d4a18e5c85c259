"""The frame of the shop around pages that are kept: header, menu and foot are written once, not with every page.

A page's template extends `base`; given the skeleton instead it yields its blocks alone, and they are put into the frame of
its language, theme and place. The result is, to the byte, what the template makes with the real base.
"""

from collections import OrderedDict
from collections.abc import Hashable
from re import split
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from zhanggui.kernel import ids, versions
from zhanggui.ui import environment

from .. import frame as shop_frame

SKELETON, WHOLE = "storefront/parts/skeleton.html", "storefront/parts/whole.html"
#: What a frame is made from.
VERSIONS = ("catalog.taxonomy", "content", "settings")
MOST = 300
#: No words of others can contain it: it is another one in every process.
_MARK = Markup("zg" + "".join(c for c in ids.token(18) if c.isalnum()))
_USUAL = Markup(_MARK + "usual")
_PATH = 7
_kept: "OrderedDict[Hashable, _Frame]" = OrderedDict()


class _Frame(NamedTuple):
    """What stands between the slots, the slots' numbers in turn, and what templates know of the shop."""

    parts: list[str]
    shop: shop_frame.Frame


def whole(template: str, path: str, context: dict[str, Any]) -> str:
    """The page of a template within its frame. `context` holds `lang` and `theme`; the language is in use."""
    shop = _frame(path, context, own_tabs=False).shop
    found = environment.get().get_template(template)
    text = found.render({**context, "path": path, "base": SKELETON, "shop": shop, "mark": _MARK, "usual": _USUAL})
    blocks = text.split(_MARK)
    own_tabs = len(blocks) == 7
    frame = _frame(path, context, own_tabs=own_tabs)
    slots = [*blocks[:7], str(escape(path))]
    parts = frame.parts
    return "".join(part if place % 2 == 0 else slots[int(part)] for place, part in enumerate(parts))


def _frame(path: str, context: dict[str, Any], *, own_tabs: bool) -> _Frame:
    here = _place(path)
    key = (here, context["lang"], context["theme"], own_tabs, *versions.get_many(VERSIONS).values())
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = _written(here, context, own_tabs)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def _written(here: str, context: dict[str, Any], own_tabs: bool) -> _Frame:
    given = {
        "request": None, "lang": context["lang"], "theme": context["theme"], "path": f"{here}?{_slot(_PATH)}",
        "slot": _slot, "own_tabs": own_tabs,
    }  # fmt: skip
    text = environment.get().get_template(WHOLE).render(given)
    text = text.replace(f"{escape(here)}?{_slot(_PATH)}", _slot(_PATH))
    return _Frame(split(f"{_MARK}(\\d){_MARK}", text), shop_frame.current())


def _slot(number: int) -> Markup:
    return Markup(f"{_MARK}{number}{_MARK}")


def _place(path: str) -> str:
    """As much of an address as a frame shows: which entry of a menu it is."""
    here = path.partition("?")[0]
    first, _, rest = here[1:].partition("/")
    return here if not rest or first == "c" else f"/{first}/"
