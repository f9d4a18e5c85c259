"""The mall's own numbers, module by module: typed fields with their defaults; each change is in the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import path

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.ui import page
from zhanggui.ui.forms import FormState

from .. import naming
from ..access import actor, see_other, signed_in, staff, typed
from ..messages import flash

TEXT_MOST = 2000
MOST_SHOWN = 5  # entries of a default that are written out


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as the page shows it."""

    setting: Setting
    changed: bool
    default: Text


@staff("settings.view", methods=("GET",))
def first(request: HttpRequest) -> HttpResponse:
    """The first module's settings."""
    return _page(request, _modules()[0])


@staff("settings.view", post="settings.edit")
def settings(request: HttpRequest, module: str) -> HttpResponse:
    """One module's settings; saving changes those that differ."""
    if module not in _modules():
        raise NotFound()
    if request.method != "POST":
        return _page(request, module)
    try:
        wanted = _read(module, request)
        changed = _put(wanted, request)
    except ValidationFailed as problem:
        return _page(request, module, typed(request, problem), 422)
    response = see_other(f"/office/settings/{module}")
    if not changed:
        return flash(response, Text("没有改动", "Nothing to change"), "info")
    undo = (f"/office/settings/{module}", {"only": list(changed), **changed})
    n = len(changed)
    return flash(response, Text(f"已保存 {n} 项设置", f"{n} settings saved"), undo=undo)


def _modules() -> list[str]:
    return naming.in_order(key.partition(".")[0] for key in mall_settings.declared())


def _of(module: str) -> list[Setting]:
    return [each for key, each in mall_settings.declared().items() if key.partition(".")[0] == module]


def written(setting: Setting, value: Any) -> str:
    """A value as its field shows it."""
    if setting.kind == "bool":
        return "1" if value else ""
    if setting.kind == "json":
        return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    return str(value)


def _read(module: str, request: HttpRequest) -> dict[str, Any]:
    """The values of the form in their types; `only` names those a form is about. Raises ValidationFailed."""
    form, wanted = request.POST, {}
    only = form.getlist("only")
    errors: list[FieldError] = []
    for setting in _of(module):
        if only and setting.key not in only:
            continue
        try:
            wanted[setting.key] = _typed(setting, form.get(setting.key, ""))
        except ValueError:
            errors.append(FieldError(_loc(setting.key), "type", _expected(setting)))
    if errors:
        raise ValidationFailed(errors=errors)
    return wanted


def _typed(setting: Setting, text: str) -> Any:
    """Raises ValueError."""
    text = text.strip()
    if setting.kind == "bool":
        return text == "1"
    if setting.kind == "int":
        number = signed_in(text, 18)
        if number is None:
            raise ValueError(text)
        return number
    if setting.kind == "json":
        return orjson.loads(text)
    if (
        (not text and not setting.optional)
        or len(text) > TEXT_MOST
        or not text.replace("\n", "").replace("\r", "").isprintable()
    ):
        raise ValueError(text)
    return text


def _expected(setting: Setting) -> Text:
    if setting.kind == "int":
        return Text("请填写整数", "give a whole number")
    if setting.kind == "json":
        return Text("不是有效的 JSON", "this is not JSON")
    return Text("请填写文字", "give some words")


def _loc(key: str) -> str:
    return key.replace(".", "-")


def _put(wanted: dict[str, Any], request: HttpRequest) -> dict[str, str]:
    """Change what differs; what it was before, as the form would send it. Raises ValidationFailed."""
    declared, before = mall_settings.declared(), {}
    for key, value in wanted.items():
        old = mall_settings.get(key)
        if old == value:
            continue
        try:
            mall_settings.put(key, value, actor=actor(request))
        except ValidationFailed as problem:
            raise ValidationFailed(errors=[FieldError(_loc(key), e.code, e.message) for e in problem.errors]) from None
        before[key] = written(declared[key], old)
    return before


def _page(request: HttpRequest, module: str, form: FormState | None = None, status: int = 200) -> HttpResponse:
    shown = [_shown(each) for each in _of(module)]
    values = {each.setting.key: written(each.setting, mall_settings.get(each.setting.key)) for each in shown}
    errors = {key: form.wrong(_loc(key)) for key in values} if form else {}
    typed = form.values if form else values
    state = FormState({key: typed.get(key, "") for key in values}, errors | ({"": form.wrong("")[:1]} if form else {}))
    return page.render(
        request,
        "backoffice/settings.html",
        status=status,
        module=module,
        title=naming.module(module),
        modules=[(name, naming.module(name)) for name in _modules()],
        shown=shown,
        form=state,
    )


def _shown(setting: Setting) -> Shown:
    value = setting.default
    if setting.kind == "bool":
        default = Text("开", "on") if value else Text("关", "off")
    elif setting.kind == "json" and len(value) > MOST_SHOWN:
        default = Text(f"{len(value)} 条", f"{len(value)} entries")
    elif setting.kind == "text" and value in setting.names:
        default = setting.names[value]
    else:
        words = orjson.dumps(value).decode() if setting.kind == "json" else str(value) or "–"
        default = Text(words, words)
    return Shown(setting, mall_settings.get(setting.key) != value, default)


urlpatterns = [
    path("settings", first, name="office-settings"),
    path("settings/<slug:module>", settings, name="office-settings-of"),
]
