"""What after-sales the mall offers, for all to read before they buy: written from the same rules that are enforced."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from zhanggui.aftersales import selectors as aftersales
from zhanggui.aftersales.types import PAYERS, Terms
from zhanggui.catalog import selectors as catalog
from zhanggui.kernel import mall_settings
from zhanggui.ui import language, page

from ..buying.words import CASE_KINDS, NEXT


class Own(NamedTuple):
    """A category with rules of its own, by the names from the root."""

    name: str
    terms: Terms


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """`GET /after-sales`: the rules of the mall, the exceptions by category, what each kind means, and by when what happens."""
    lang, get = language.of(request), mall_settings.get
    tree = {category.id: category for category in catalog.categories()}
    exceptions = [
        Own(
            " / ".join(tree[each].name_in(lang) for each in tree[category].ancestors),
            aftersales.terms_of_category(tree[category].ancestors),
        )
        for category in sorted(aftersales.standing_policies())
        if category in tree
    ]
    return page.render(
        request, "storefront/after_sales.html", terms=aftersales.terms_of_category(()), exceptions=exceptions, payers=PAYERS,
        kinds=CASE_KINDS, what_next=NEXT, answer=get("aftersales.answer_hours"), send=get("aftersales.send_back_days"),
        inspect=get("aftersales.inspect_days"), money_hours=get("aftersales.money_hours"), canonical="/after-sales", crumbs=[],
    )  # fmt: skip
