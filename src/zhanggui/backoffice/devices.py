"""What a browser says of itself, in two words a person recognises."""

from __future__ import annotations

from zhanggui.kernel.i18n import Text

BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
PHONES = ("iPhone", "Android")


def described(agent: str) -> Text:
    """`Chrome · Windows`; whatever it says where it is none we know; a program where it says nothing."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    known = " · ".join(part for part in (browser, system) if part) or agent[:40]
    return Text(known, known) if known else Text("程序", "A program")


def icon(agent: str) -> str:
    return "smartphone" if any(mark in agent for mark in PHONES) else "monitor"
