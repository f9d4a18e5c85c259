"""What every page of the shop carries: its style, its menus, its friend links."""

from typing import Annotated, Any

from pydantic import Field, field_validator

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.validation import wrong

from .parts import Colour, Link, Part, Picture, line, plain

WHITE_CONTRAST = 4.5  # WCAG AA, for white words on the main colour


class Style(Part):
    """Name, logo and colours of the shop (SFR-01): one main colour, at most three others. Empty colours are the theme's."""

    name: line(40) = line(40)(zh="掌柜商城", en="Zhanggui Mall")  # type: ignore[valid-type]
    slogan: line(60) = line(60)()  # type: ignore[valid-type]
    logo: Picture = Picture()
    notice: line(120) = line(120)()  # type: ignore[valid-type]
    notice_link: Link = ""
    main_colour: Colour = ""
    other_colours: Annotated[tuple[Colour, ...], Field(max_length=3)] = ()
    phone: plain(40) = ""  # type: ignore[valid-type]
    hours: line(60) = line(60)()  # type: ignore[valid-type]
    email: plain(120) = ""  # type: ignore[valid-type]
    company: line(80) = line(80)()  # type: ignore[valid-type]
    record_number: plain(40) = ""  # type: ignore[valid-type]  # 备案号

    @field_validator("other_colours", mode="before")
    @classmethod
    def _given(cls, value: Any) -> Any:
        """Places left empty in a form are no colours."""
        if isinstance(value, list | tuple):
            return tuple(v for v in value if v)
        return value

    @field_validator("main_colour")
    @classmethod
    def _readable(cls, colour: str) -> str:
        if colour and contrast_with_white(colour) < WHITE_CONTRAST:
            raise wrong(
                "too_light",
                "这个颜色太浅，按钮上的白字看不清，请选深一些的颜色",
                "too light for white words on a button; choose a darker one",
            )
        return colour


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of WCAG 2 between white and `#rrggbb`."""

    def channel(text: str) -> float:
        value = int(text, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(colour[i : i + 2]) for i in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


class MenuLeaf(Part):
    label: line(24) = line(24)()  # type: ignore[valid-type]
    link: Link = ""


class MenuItem(MenuLeaf):
    NAMES = {"items": Text("下级菜单", "What opens below")}

    items: Annotated[tuple[MenuLeaf, ...], Field(max_length=12)] = ()


class Menu(Part):
    """A menu of two levels: columns of the foot, or entries of the head with what opens below."""

    NAMES = {"items": Text("菜单项", "Entries")}

    items: Annotated[tuple[MenuItem, ...], Field(max_length=12)] = ()


class FriendLinks(Part):
    NAMES = {"items": Text("链接", "Links")}

    items: Annotated[tuple[MenuLeaf, ...], Field(max_length=30)] = ()


PARTS: dict[str, type[Part]] = {"style": Style, "main_menu": Menu, "footer_menu": Menu, "friend_links": FriendLinks}
LABELS = {
    "style": Text("店铺风格", "Shop style"),
    "main_menu": Text("顶部菜单", "Head menu"),
    "footer_menu": Text("底部菜单", "Foot menu"),
    "friend_links": Text("友情链接", "Friend links"),
}
