"""The shortened steps of Jinja write what Jinja writes, in each language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError, pass_context
from markupsafe import Markup

from zhanggui.kernel.i18n import EN, ZH
from zhanggui.ui import environment, language


class Drawn:
    def __html__(self) -> str:
        return "<i>drawn</i>"


class Word(str):
    """A string of another type, as lazy translations are."""


VALUES: list[Any] = [
    "花", "a & b", '<b>"x"</b>', "it's", "", Word("<"), Markup("<b>"), Drawn(), None, True, 0, -7, 10**20, 1.5,
    Decimal("2.50"), ["<"], {"a": "<"}, ("x",),
]  # fmt: skip
TEMPLATES = (
    "{{ v }}|{{ v ~ '<' }}|{{ (v ~ '')|upper }}|{% if v %}{{ v }}{% endif %}",
    "{% macro m(a, b='<', c=none) %}{{ a }}{{ b }}{{ c }}{{ caller() if caller }}{% endmacro %}"
    "{{ m(v) }}{{ m(v, v) }}{{ m(v, c=v) }}{% call m(v) %}<u>{{ v }}</u>{% endcall %}{% set x = m(v) %}{{ x|length }}{{ x }}",
    "{% for n in range(3) %}{{ loop.index }}{{ v }}{{ loop.cycle('<', '>') }}{% else %}-{% endfor %}",
    "{% set x %}{{ v }}<hr>{% endset %}{{ x }}{% filter upper %}{{ v }}{% endfilter %}",
    "{{ dict(a=v).a }}{{ [v]|join('<') }}{{ 'x%s' % v }}{{ v|string|e }}{{ [v].__len__() }}",
    "{% macro all() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ all(1, '<', z='>') }}",
    "{% block b %}{{ v }}{{ self.c() }}{% endblock %}{% block c %}<{{ v }}>{% endblock %}",
)


@pytest.mark.parametrize("lang", [ZH, EN])
@pytest.mark.parametrize("source", TEMPLATES)
def test_every_value_is_written_as_jinja_writes_it(source: str, lang: str) -> None:
    plain = Environment(autoescape=True, extensions=["jinja2.ext.do"])
    language.use(lang)
    quick = environment.get().from_string(source)
    for value in VALUES:
        assert quick.render(v=value) == plain.from_string(source).render(v=value), repr(value)


@pytest.mark.parametrize(("lang", "word"), [(ZH, "购物车 &lt;3&gt;"), (EN, "Cart &lt;3&gt;")])
def test_words_are_in_the_language_of_the_page(lang: str, word: str) -> None:
    language.use(lang)
    template = environment.get().from_string(
        "{{ t('购物车 <%d>', 'Cart <%d>') % n }}|{{ t(a, b) }}|{{ [t('一', 'one')]|join }}"
    )
    mine = ("一", "甲") if lang == ZH else ("one", "first")
    assert template.render(n=3, a="甲", b="first") == f"{word}|{mine[1]}|{mine[0]}"


def test_what_nobody_gave_is_never_shown() -> None:
    language.use(ZH)
    with pytest.raises(UndefinedError):
        environment.get().from_string("{{ nobody }}").render()
    with pytest.raises(UndefinedError):
        environment.get().from_string("{{ nobody() }}").render()
    assert environment.get().from_string("{{ 1 if nobody else 2 }}").render() == "2"


def test_functions_that_want_the_context_get_it() -> None:
    @pass_context
    def whose(context: Any, greeting: str) -> str:
        return f"{greeting} {context['name']}"

    source = (
        "{% for n in [1] %}{% set mine = n %}{{ whose('hi <') }}{% endfor %}{% block b %}{{ whose('&') }}{% endblock %}"
    )
    language.use(ZH)
    plain = Environment(autoescape=True).from_string(source)
    found = environment.get().from_string(source).render(whose=whose, name="x")
    assert found == plain.render(whose=whose, name="x") == "hi &lt; x&amp; x"
