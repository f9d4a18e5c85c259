"""Freight templates and their rules; which goods go by which; what a cart's delivery costs, and why. Amounts are minor units."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from zhanggui.checkout.selectors import goods_of, pieces_of
from zhanggui.kernel import mall_settings
from zhanggui.pricing import selectors, services
from zhanggui.pricing.types import DEFAULT_TEMPLATE, FreightRuleView, FreightTemplateView, RegionRule, TemplateDraft
from zhanggui.promotions.types import words

from ..auth import Staff, actor
from ..describing import describe, listed
from ..fields import Amount, Answer, Body, Flag, Int64, PathId, integer, line
from ..frame import language, nothing, reply
from .common import Code, SkuCode, show, show_list

router = Router()
VIEW, FREIGHT = Staff("pricing.view"), Staff("pricing.freight")
Method = Annotated[str, Field(strict=True, pattern=r"^[a-z_]{1,20}$")]
TemplateCode = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]
Count = integer(0, 100_000_000)
Many = integer(1, 100_000_000)


class FreightTerms(Body):
    """`fee` covers the `first` grams or pieces (0: any number), each further started `step` costs `step_fee`; by amount, `ladder` holds
    (amount from which on, fee). Free from `free_over` or `free_pieces` on; `surcharge` is charged even then."""

    deliverable: Flag = True
    fee: Amount = 0
    first: Count = 0  # type: ignore[valid-type]
    step: Many = 1_000  # type: ignore[valid-type]
    step_fee: Amount = 0
    free_over: Amount | None = None
    free_pieces: Many | None = None  # type: ignore[valid-type]
    surcharge: Amount = 0
    ladder: Annotated[list[Annotated[list[Amount], Field(min_length=2, max_length=2)]], Field(max_length=20)] = []


class FreightIn(FreightTerms):
    """`province` empty holds everywhere else."""

    template: Code = DEFAULT_TEMPLATE
    method: Method
    province: line(40, required=False) = ""  # type: ignore[valid-type]


class RegionIn(FreightTerms):
    """`provinces` empty: everywhere else."""

    method: Method = "express"
    provinces: Annotated[list[line(40)], Field(max_length=40)] = []  # type: ignore[valid-type]


class TemplateIn(Body):
    name: line(60)  # type: ignore[valid-type]
    name_en: line(120, required=False) = ""  # type: ignore[valid-type]
    unit: Literal["weight", "pieces", "amount"]
    regions: Annotated[list[RegionIn], Field(max_length=60)]


class FreightGoodsIn(Body):
    """By id; both kinds may be given at once."""

    products: Annotated[list[Int64], Field(max_length=2_000)] = []
    categories: Annotated[list[Int64], Field(max_length=500)] = []


class GoodsOut(Answer):
    changed: int


class FreightPartOut(Answer):
    """What the goods of one template pay: `explanation` says how it comes about."""

    template: str
    name: str
    fee: int
    surcharge: int
    charged: bool
    explanation: list[str]


class FreightOut(Answer):
    amount: int
    label: str
    parts: list[FreightPartOut]


@router.get("/freight", auth=VIEW, response=listed(FreightRuleView), summary="Rules of the default freight template")
def freight(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.freight_rules())


@router.put("/freight", auth=FREIGHT, response=describe(FreightRuleView), summary="Set one rule of a freight template")
def save_freight(request: HttpRequest, body: FreightIn) -> HttpResponse:
    return show(request, services.save_freight_rule(**_terms(body.model_dump()), actor=actor(request)))


@router.get("/freight/templates", auth=VIEW, response=listed(FreightTemplateView), summary="Freight templates")
def templates(request: HttpRequest) -> HttpResponse:
    return show_list(request, selectors.freight_book().templates.values())


@router.post(
    "/freight/templates", auth=FREIGHT, response={201: describe(FreightTemplateView)}, summary="Make a freight template"
)
def make_template(request: HttpRequest, body: TemplateIn) -> HttpResponse:
    return show(request, services.save_template("", _draft(body), actor=actor(request)), 201)


@router.put(
    "/freight/templates/{code}", auth=FREIGHT, response=describe(FreightTemplateView), summary="Replace a template"
)
def save_template(request: HttpRequest, code: TemplateCode, body: TemplateIn) -> HttpResponse:
    """All its rules become those given."""
    return show(request, services.save_template(code, _draft(body), actor=actor(request)))


@router.delete("/freight/templates/{code}", auth=FREIGHT, response={204: None}, summary="Remove a template")
def delete_template(request: HttpRequest, code: TemplateCode) -> HttpResponse:
    services.delete_template(code, actor=actor(request))
    return nothing()


@router.put("/freight/templates/{code}/goods", auth=FREIGHT, response=GoodsOut, summary="Goods go by this template")
def assign(request: HttpRequest, code: TemplateCode, body: FreightGoodsIn) -> HttpResponse:
    """The template `default` takes away what products and categories have of their own."""
    changed = services.assign_template(
        code, product_ids=body.products, category_ids=body.categories, actor=actor(request)
    )
    return reply({"changed": changed})


@router.get("/freight/trial", auth=VIEW, response=FreightOut, summary="What sending goods would cost, and why")
def trial(
    request: HttpRequest,
    sku: Annotated[list[SkuCode], Query(min_length=1, max_length=50)],
    province: Annotated[str, Query(max_length=40)] = "",
    method: Annotated[str, Query(max_length=20, pattern=r"^[a-z_]+$")] = "express",
) -> HttpResponse:
    """A SKU named n times is n pieces, at its ordinary price of now. Refused where it is not delivered."""
    lang, currency = language(request), mall_settings.get("mall.currency")
    found = selectors.freight(method, province, goods_of(pieces_of(sku)))
    parts = [
        {
            "template": part.template, "name": part.name.render(lang), "fee": part.fee, "surcharge": part.surcharge,
            "charged": part.charged,
            "explanation": [one.text.render(lang, **words(one.params, lang, currency)) for one in part.why],
        }
        for part in found.parts
    ]  # fmt: skip
    return reply({"amount": found.amount, "label": found.label.render(lang), "parts": parts})


def _terms(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"ladder": tuple((since, cost) for since, cost in given["ladder"])}


def _draft(body: TemplateIn) -> TemplateDraft:
    regions = tuple(
        RegionRule(**_terms(region.model_dump()) | {"provinces": tuple(region.provinces)}) for region in body.regions
    )
    return TemplateDraft(body.name, body.name_en, body.unit, regions)


# Last: an address of words would be taken for a rule's.
@router.delete("/freight/{rule_id}", auth=FREIGHT, response={204: None}, summary="Remove a rule")
def delete_freight(request: HttpRequest, rule_id: PathId) -> HttpResponse:
    services.delete_freight_rule(rule_id, actor=actor(request))
    return nothing()
