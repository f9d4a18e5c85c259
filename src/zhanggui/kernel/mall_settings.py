"""The mall's own numbers (24 h promise, minutes to pay, …): declared with a default and a meaning, changed at run time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module, util
from typing import Any, Literal

from django.apps import apps
from django.db import transaction

from . import audit, db, versions
from .actor import Actor
from .i18n import Text
from .problems import FieldError, NotFound, ValidationFailed

Kind = Literal["int", "bool", "text", "json"]
_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "bool": (bool,), "text": (str,), "json": (dict, list)}


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is the shipped value; `minimum`/`maximum` bound integers, `choices` texts (with their `names`, where
    they have any); an `optional` text may be empty.

    `check` says what else is wrong with a value of the right type, and how to mend it; None for nothing.
    """

    key: str
    default: Any
    kind: Kind
    meaning: Text
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)
    optional: bool = False
    check: Callable[[Any], Text | None] | None = None


_declared: dict[str, Setting] | None = None
_kept: tuple[int, dict[str, Any]] = (-1, {})


def declared() -> dict[str, Setting]:
    """All settings of all modules, by key."""
    global _declared
    if _declared is None:
        found: dict[str, Setting] = {}
        for config in apps.get_app_configs():
            name = f"{config.name}.settings"
            if config.name.startswith("zhanggui.") and config.name != "zhanggui.config" and util.find_spec(name):
                found |= {setting.key: setting for setting in import_module(name).SETTINGS}
        _declared = found
    return _declared


def get(key: str) -> Any:
    """The current value, as of the last `refresh` (every request and job begins with one)."""
    values = _kept[1] if _kept[0] >= 0 else refresh()
    return values.get(key, declared()[key].default)


def known() -> bool:
    """Whether the values are in memory, so that `get` asks nobody (a coroutine must not)."""
    return _kept[0] >= 0


def refresh(version: int | None = None) -> dict[str, Any]:
    """Read the settings anew if their version moved; `version` spares the look-up where the caller has it."""
    global _kept
    current = versions.get("settings") if version is None else version
    if current != _kept[0]:
        _kept = (current, {r["key"]: r["value"] for r in db.rows("select key, value from kernel_mallsetting")})
    return _kept[1]


def forget() -> None:
    """Drop what is kept (tests, after a restore)."""
    global _kept
    _kept = (-1, {})


def put(key: str, value: Any, *, actor: Actor) -> None:
    """Change a setting; opens its own transaction. Raises NotFound, ValidationFailed."""
    setting = declared().get(key)
    if setting is None:
        raise NotFound()
    _validate(setting, value)
    with transaction.atomic():
        before = db.row("select value from kernel_mallsetting where key = %s", (key,))
        db.execute(
            "insert into kernel_mallsetting (key, value) values (%s, %s)"
            " on conflict (key) do update set value = excluded.value, updated_at = kernel_now()",
            (key, db.Json(value)),
        )
        versions.bump("settings")
        audit.record(
            actor=actor,
            action="settings.put",
            target_type="setting",
            target_id=key,
            before=before["value"] if before else setting.default,
            after=value,
        )
    refresh()


def _validate(setting: Setting, value: Any) -> None:
    right = isinstance(value, _TYPES[setting.kind]) and not (setting.kind == "int" and isinstance(value, bool))
    if not right:
        raise ValidationFailed.one("value", "type", f"应为 {setting.kind} 类型", f"must be of type {setting.kind}")
    if setting.choices and value not in setting.choices:
        words = ", ".join(setting.choices)
        raise ValidationFailed.one("value", "choice", f"可选：{words}", f"must be one of {words}")
    low, high = setting.minimum, setting.maximum
    if setting.kind == "int" and ((low is not None and value < low) or (high is not None and value > high)):
        raise ValidationFailed.one("value", "range", f"应在 {low} 到 {high} 之间", f"must be between {low} and {high}")
    if setting.check is not None and (wrong := setting.check(value)) is not None:
        raise ValidationFailed(errors=[FieldError("value", "invalid", wrong)])
