"""The demo's part of `up`: loaded once, into an empty mall, in a process of its own; its sign-ins are kept and shown."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from typing import Any

from .data_dir import DataDir, write_private
from .errors import CommandFailed
from .processes import die_with

NOT_EMPTY, INTERRUPTED = 3, 130  # what `python -m zhanggui.demo` ends with where it did not load
LOADED, NONE = "loaded", "none"
WORDS = (
    "tea",
    "bamboo",
    "lotus",
    "osmanthus",
    "plum",
    "maple",
    "willow",
    "cloud",
    "river",
    "lantern",
    "silk",
    "ginger",
)
#: Role or place, how it signs in.
SIGN_INS = (
    ("店长 manager", "shop@zhanggui.local"),
    ("客服 service", "service@zhanggui.local"),
    ("编辑 editor", "editor@zhanggui.local"),
    ("库管 warehouse", "warehouse@zhanggui.local"),
    ("采购 purchasing", "purchasing@zhanggui.local"),
    ("推广 marketing", "marketing@zhanggui.local"),
    ("财务 finance", "finance@zhanggui.local"),
    ("分析 analyst", "analyst@zhanggui.local"),
    ("会员 member", "19900020001"),
)


def furnish(data: DataDir, mine: dict[str, str], *, demo: bool, empty: bool) -> dict[str, Any]:
    """Load the demo where it is wanted and not decided yet; the note of it: `state`, and `password` where it is loaded.

    Without `--demo` or `--empty` a mall's first start decides. Whatever the note says, only an empty mall is loaded.
    """
    note = _read(data)
    if empty:
        return note if note.get("state") == LOADED else _write(data, state=NONE)
    if is_decided(data, demo=demo):
        return note
    password = note.get("password") or "-".join(
        [*(secrets.choice(WORDS) for _ in range(2)), str(secrets.randbelow(9000) + 1000)]
    )
    _write(data, state="loading", password=password)  # kept first: whoever is interrupted now can still be signed in
    print(
        "zhanggui: making the demo mall, 156 products and ninety days of its life: some three minutes (--empty leaves it out) ...",
        file=sys.stderr, flush=True,
    )  # fmt: skip
    said = subprocess.run(
        [sys.executable, "-m", "zhanggui.demo"],
        env={**mine, "ZHANGGUI_DEMO_PASSWORD": password},
        preexec_fn=die_with(os.getpid()),
        check=False,
    )
    if said.returncode == NOT_EMPTY:
        if demo:
            print("zhanggui: this mall has something in it already: the demo is not loaded over it", file=sys.stderr)
        return _write(data, state=NONE)
    if said.returncode == INTERRUPTED:
        raise KeyboardInterrupt
    if said.returncode:
        raise CommandFailed("the demo could not be loaded; nothing of it is left, start again or with --empty")
    return _write(data, state=LOADED, password=password)


def is_decided(data: DataDir, *, demo: bool) -> bool:
    """Whether `furnish` will find nothing to do."""
    state = _read(data).get("state")
    return state == LOADED or (state == NONE and not demo)


def sign_ins(note: dict[str, Any]) -> list[str]:
    """Lines for people."""
    if note.get("state") != LOADED:
        return []
    lines = [f"  demo sign-ins, all with the password {note['password']}"]
    return lines + [f"    {who:<16} {name}" for who, name in SIGN_INS]


def _read(data: DataDir) -> dict[str, Any]:
    try:
        found = json.loads((data.keys / "demo.json").read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(data: DataDir, **note: Any) -> dict[str, Any]:
    write_private(data.keys / "demo.json", json.dumps(note))
    return note
