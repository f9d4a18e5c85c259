"""Lucky draws: their hall, a draw with its odds and one's chances, the record anybody can check. All of it works without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from zhanggui.draws import selectors as draws
from zhanggui.draws import services
from zhanggui.draws.types import THANKS, ChanceView, DrawView, Left, PrizeView, share
from zhanggui.kernel import ids, mall_settings
from zhanggui.kernel.problems import Problem
from zhanggui.members import selectors as members
from zhanggui.ui import language, page
from zhanggui.ui.forms import FormState

from ..buying.who import buyer_of, forget_session, see, whole
from .keeping import ask_to_sign_in, member_of, member_only
from .overview import CURSOR

FIELDS = 8  # around the button


class Field(NamedTuple):
    """One of the fields around the button; `at` is its place on the way round."""

    prize: PrizeView
    at: int


class Player(NamedTuple):
    """Who looks: his chances, and what is in the way of another (an error's words; empty where nothing is)."""

    left: Left
    chances: list[ChanceView]
    points: int
    invited: bool


def fields_of(view: DrawView) -> list[Field]:
    """The prizes on the way round; no prize takes what is left, spread out. How many fields a prize has means nothing."""
    thanks = next(prize for prize in view.prizes if prize.kind == THANKS)
    winning = [prize for prize in view.prizes if prize.kind != THANKS]
    spare = FIELDS - len(winning)
    thankful = {i * FIELDS // spare for i in range(spare)}
    rest = iter(winning)
    return [Field(thanks if at in thankful else next(rest), at) for at in range(FIELDS)]


def _hit(fields: Sequence[Field], chance: ChanceView) -> int:
    """The field a chance lights up."""
    own = [field.at for field in fields if field.prize.place == chance.place]
    return own[chance.sequence % len(own)]


def _player(view: DrawView, member_id: int | None) -> Player | None:
    if member_id is None:
        return None
    tier = members.buyer_facts([member_id])[member_id].tier if view.tiers else ""
    return Player(
        draws.left(view, member_id),
        draws.chances_of(view.id, member_id),
        members.available([member_id]).get(member_id, 0) if view.price else 0,
        not view.tiers or tier in view.tiers,
    )


def _render(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page that is the visitor's own."""
    given = {
        "signed_in": buyer_of(request).member_id is not None,
        "currency": mall_settings.get("mall.currency"),
        "share": share,
    }
    response = page.render(request, template, status=status, **given, **context)
    if buyer_of(request).expired and request.method in ("GET", "HEAD"):
        forget_session(response)
    return response


@require_GET
def hall(request: HttpRequest) -> HttpResponse:
    """`GET /draws`: what can be drawn now or soon, and what is over with its record."""
    found = draws.public()
    return _render(
        request, "storefront/account/draws.html",
        open=[view for view in found if view.state == "live"], over=[view for view in found if view.state == "ended"],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """`/draws/<slug>`: odds, rules, one's chances; a post draws once and leads back with `drawn`, the chance's number."""
    view = draws.by_slug(slug)
    if request.method != "POST":
        return _draw(request, view)
    buyer = buyer_of(request)
    if buyer.member_id is None:
        return ask_to_sign_in(request)
    nonce = request.POST.get("nonce", "").strip()
    try:
        # with the word in it, going back and drawing with another one is another chance
        key = f"{request.POST.get('key', '')[:64]}:{nonce[:64]}"
        chance = services.take_chance(slug, buyer.member_id, nonce=nonce, key=key, actor=buyer.actor)
    except Problem as refused:
        form = FormState.failed(request.POST, refused, language.of(request))
        return _draw(request, view, form=form, status=refused.status)
    return see(f"/draws/{slug}?drawn={chance.sequence}#draw-box")


def _draw(request: HttpRequest, view: DrawView, *, form: FormState | None = None, status: int = 200) -> HttpResponse:
    player = _player(view, buyer_of(request).member_id)
    fields = fields_of(view)
    number = whole(request.GET.get("drawn", ""), 0, 10**9)
    drawn = next((c for c in player.chances if c.sequence == number), None) if player and not form else None
    latest = draws.winners(view.id)
    tiers = members.tiers_by_code()
    return _render(
        request, "storefront/account/draw.html", status=status, view=view, player=player, fields=fields, drawn=drawn,
        hit=_hit(fields, drawn) if drawn else -1, winners=[(chance, name) for chance, name in _named(latest)],
        tiers=[tiers[code].name for code in view.tiers], key=ids.token(12),
        form=form or FormState.of({"nonce": ids.token(6)}),
        prizes={prize.place: prize for prize in view.prizes},
    )  # fmt: skip


def _named(chances: Iterable[ChanceView]) -> list[tuple[ChanceView, str]]:
    """Chances with their members' masked numbers. One statement, none for none."""
    found = list(chances)
    names = members.masked_mobiles(chance.member_id for chance in found)
    return [(chance, names.get(chance.member_id, "")) for chance in found]


@require_GET
def record(request: HttpRequest, slug: str) -> HttpResponse:
    """`GET /draws/<slug>/record?cursor=`: every chance; once the seed is told, each computed again."""
    view = draws.by_slug(slug)
    cursor = request.GET.get("cursor", "")[:CURSOR]
    found = draws.record(view.id, cursor=cursor, limit=50)
    here = f"/draws/{slug}/record"
    return _render(
        request, "storefront/account/draw_record.html", view=view, lines=_named(found.items),
        computed=draws.recomputed(view, found.items), prizes={prize.place: prize for prize in view.prizes},
        first=here if cursor else "", next=f"{here}?cursor={found.next_cursor}" if found.next_cursor else "",
    )  # fmt: skip


@require_GET
@member_only
def mine(request: HttpRequest) -> HttpResponse:
    """`GET /account/draws?cursor=`: what runs, and one's chances in all draws."""
    cursor = request.GET.get("cursor", "")[:CURSOR]
    found = draws.of_member(member_of(request), cursor=cursor)
    return _render(
        request, "storefront/account/my_draws.html", chances=found.items,
        open=[view for view in draws.public() if view.stage == "running"],
        first="/account/draws" if cursor else "",
        next=f"/account/draws?cursor={found.next_cursor}" if found.next_cursor else "",
    )  # fmt: skip
