"""The components: what others typed stays text, forms keep their values, every example runs in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import QueryDict

from tests.architecture import house
from zhanggui.backoffice.views import components
from zhanggui.kernel.i18n import EN, ZH, Text
from zhanggui.kernel.problems import FieldError, NotFound, ValidationFailed
from zhanggui.ui import assets, environment, language
from zhanggui.ui.forms import FormState

EVIL = """"><script>alert('x')</script>&{{ 7*7 }}"""
EXAMPLES = [name for _, _, names in components.GROUPS for name, _ in names]


def shown(source: str, lang: str = ZH, **context: object) -> str:
    language.use(lang)
    template = environment.get().from_string('{% import "ui/c.html" as c with context %}' + source)
    return template.render(request=None, lang=lang, theme="", path="/", **context)


@pytest.mark.parametrize(
    "call",
    [
        "c.button(x, label=x, value=x, name=x)",
        "c.button(x, href=x)",
        "c.badge(x)",
        "c.alert(x, title=x)",
        "c.empty(x, x, href=x, action=x)",
        "c.field(form, 'f', x, help=x, placeholder=x, prefix=x, suffix=x)",
        "c.textarea(form, 'f', x)",
        "c.select(form, 'f', x, [(x, x)], placeholder=x)",
        "c.checkbox(form, 'f', x, value=x)",
        "c.radios(form, 'f', x, [(x, x, x)])",
        "c.checkboxes(form, 'f', x, [(x, x)])",
        "c.file(form, 'f', x, accept=x, help=x)",
        "c.hidden(x, x)",
        "c.errors(form)",
        "c.breadcrumbs([(x, x), (x, None)])",
        "c.tabs([(x, x, True, 1)])",
        "c.pager(x, x, x)",
        "c.steps([(x, 'done')])",
        "c.timeline([{'title': x, 'text': x, 'actor': x, 'at': none}])",
        "c.progress(1, 2, x)",
        "c.stat(x, x, previous=x, href=x, help=x)",
        "c.menu(x, [(x, x), {'label': x, 'post': x, 'fields': {'a': x}, 'confirm': x}])",
        "c.copy(x)",
        "c.avatar(x)",
        "c.chart('id', {'title': x}, table={'head': [x], 'rows': [[x, x]]}, label=x)",
        "c.data_table([x], [[x, x]], x)",
        "c.gallery('id', [{'src': x, 'alt': x}, {'src': x, 'alt': x}])",
    ],
)
def test_what_others_typed_stays_text(call):
    form = FormState({"f": EVIL}, {"f": [EVIL], "": [EVIL, EVIL]})
    found = shown("{{ " + call + " }}", x=EVIL, form=form)
    assert "<script>alert" not in found
    assert '"><' not in found.replace('"><svg', "").replace('"><span', "").replace('"><input', "") or EVIL not in found
    assert "49" not in re.sub(r'd="[^"]*"', "", found)


def test_a_field_shows_value_help_and_what_is_wrong():
    form = FormState({"mobile": "138001"}, {"mobile": ["应为 11 位数字"]})
    found = shown("{{ c.field(form, 'mobile', '手机号', help='用于联系', required=True) }}", form=form)
    assert 'value="138001"' in found
    assert 'aria-invalid="true"' in found
    assert 'aria-describedby="f-mobile-error f-mobile-help"' in found
    assert "应为 11 位数字" in found
    assert " required" in found


def test_a_password_never_comes_back():
    assert "hunter2" not in shown("{{ c.field(f, 'p', 'P', type='password') }}", f=FormState({"p": "hunter2"}))


def test_choices_keep_what_was_chosen():
    form = FormState.of(QueryDict("tags=new&tags=gift&way=2&on=1"))
    found = shown(
        "{{ c.checkboxes(f, 'tags', 'T', [('new', 'N'), ('hot', 'H'), ('gift', 'G')]) }}"
        "{{ c.radios(f, 'way', 'W', [(1, 'A'), (2, 'B')]) }}{{ c.checkbox(f, 'on', 'On') }}"
        "{{ c.select(f, 'way', 'W', [(1, 'A'), (2, 'B')]) }}",
        f=form,
    )
    chosen = re.findall(r'value="(\w+)" (?:checked|selected)|value="(\w+)" selected', found)
    assert [a or b for a, b in chosen] == ["new", "gift", "2", "1", "2"]


def test_a_refusal_goes_to_its_fields():
    posted = QueryDict("mobile=1&name=X")
    problem = ValidationFailed(
        errors=[
            FieldError("body.address.mobile", "format", Text("手机号不对", "not a mobile")),
            FieldError("lines.0.quantity", "range", Text("太多", "too many")),
        ]
    )
    form = FormState.failed(posted, problem, EN)
    assert form.value("name") == "X"
    assert form.wrong("mobile") == ["not a mobile"]
    assert form.wrong("quantity") == ["too many"]
    assert form.wrong("") == [
        "Some fields are not right; each says how to mend it",
        "too many",
    ]  # no such field: said above
    renamed = FormState.failed(posted, problem, EN, names={"lines.0.quantity": "name"})
    assert renamed.wrong("name") == ["too many"]


def test_a_refusal_without_fields_stands_above():
    form = FormState.failed(QueryDict("a=1&a=2"), NotFound(), ZH, initial={"b": "kept", "a": "0"})
    assert form.wrong("") == ["没有找到您要的内容"]
    assert form.all("a") == ["1", "2"]
    assert form.value("b") == "kept"


def test_a_name_nobody_gave_is_not_shown():
    assert shown("{% if item.icon %}{{ item.icon }}{% endif %}ok", item={}) == "ok"
    with pytest.raises(Exception, match="nothing"):
        shown("{{ nothing }}")


@pytest.mark.parametrize("lang", [ZH, EN])
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_runs(name, lang):
    language.use(lang)
    example = components._example(name, Text("", ""), components.context())
    assert example.call
    assert example.shown.strip()
    if lang == EN:
        assert not re.search(r"[\u4e00-\u9fff]", example.shown.replace("林晓月", "").replace("林", ""))


def test_every_component_has_an_example():
    offered = set(environment.get().get_template("ui/c.html").make_module().__dict__) - {
        "basic",
        "forms",
        "navigation",
        "surface",
    }
    text = "".join((house.SOURCE / "ui/templates/ui/examples" / f"{name}.html").read_text() for name in EXAMPLES)
    missing = {name for name in offered if not name.startswith("_") and f"c.{name}(" not in text}
    assert missing <= {"hidden", "trend", "icon"}
    assert {p.stem for p in (house.SOURCE / "ui/templates/ui/examples").glob("*.html")} == set(EXAMPLES)


def templates() -> list[Path]:
    return sorted(path for folder in environment.folders() for path in folder.rglob("*.html"))


def test_every_template_compiles():
    assert environment.compile_all() == []


def test_icons_named_in_templates_exist():
    known = assets.icons()
    if not known:
        pytest.skip("the icons are not built (no npm registry)")
    named = re.compile(r"(?:\bicon\(|svg_icon\(|\bicon=|'icon': )'([a-z0-9-]+)'")
    unknown = {
        f"{path.relative_to(house.SOURCE)}: {name}"
        for path in [*templates(), *house.files("storefront", "backoffice")]
        for name in named.findall(path.read_text(encoding="utf-8"))
        if name not in known
    }
    assert not unknown


def test_no_template_runs_scripts_of_its_own():
    """The Content-Security-Policy would stop them; they belong into frontend/src."""
    inline = re.compile(
        r"<script(?![^>]*(?:src=|application/(?:ld\+)?json))|javascript:"
        r"|\son(?:click|submit|change|input|load|error|focus|blur|(?:key|mouse|pointer)\w+)\s*="
    )
    found = {str(path.relative_to(house.SOURCE)) for path in templates() if inline.search(path.read_text("utf-8"))}
    assert not found
