"""The shop's part of the express lane: the pages everybody reads, without Django's request machinery. HOT: see docs/adr/0006.

The same pages as the ordinary way makes (`browse/views.py`), from the same memory; only the way there is shorter.
"""

from collections.abc import Awaitable, Callable
from functools import lru_cache
from urllib.parse import parse_qs

from zhanggui.kernel import mall_settings
from zhanggui.kernel.i18n import LANGUAGES
from zhanggui.kernel.lane import Request, Response, ready
from zhanggui.ui.refusals import BadRequest, as_problem

from . import refusals
from .browse import flash, home, lists, product, sheets
from .browse.addresses import BRAND, CATEGORY, PRODUCT, SEARCH
from .browse.sheets import Visitor

Operation = Callable[[Request, Visitor], Awaitable[Response]]
#: Pages are read; what is sent goes the ordinary way.
MAX_BODY = 0
LONGEST = 200


def operation(method: str, path: str) -> Operation | None:
    """The lane's operation for a request, or None: the ordinary way."""
    if method != "GET":
        return None
    if path == "/":
        return home_page
    if path.startswith(PRODUCT) and "/" not in path[len(PRODUCT) :]:
        return product_page
    if path.startswith(CATEGORY) and "/" not in path[len(CATEGORY) :]:
        return category_page
    if path == SEARCH:
        return search_page
    if path == flash.PATH:
        return flash_page
    if path.startswith(BRAND) and len(path) > len(BRAND) and "/" not in path[len(BRAND) :]:
        return brand_page
    return None


async def serve(run: Operation, request: Request) -> Response:
    """The operation's page; whatever goes wrong as a page that says so."""
    who = reader(request)
    try:
        if "\0" in request.path or "%00" in request.query:
            raise BadRequest()
        if not mall_settings.known():  # the first request of a process
            await request.blocking(ready, mall_settings.refresh)
        return await run(request, who)
    except Exception as error:
        problem = as_problem(error)
        answer: Response = await request.blocking(_refuse, problem, who, request)
        return answer


def _refuse(problem: object, who: Visitor, request: Request) -> Response:
    path = request.path + (f"?{request.query}" if request.query else "")
    made = ready(refusals.sheet, problem, who, path)
    answer: Response = made.answer(request.header("accept-encoding"), None)
    return answer


def reader(request: Request) -> Visitor:
    """Who reads; `?hl=` says the language whatever else does (the addresses search engines are given)."""
    who = sheets.visitor(request.header("cookie"), request.header("accept-language"))
    if "hl=" in request.query:
        return who._replace(lang=spoken(request.query) or who.lang)
    return who


@lru_cache(maxsize=256)
def spoken(query: str) -> str:
    """The language an address asks for; empty for none."""
    asked = parse_qs(query[:4000], errors="replace").get("hl", [""])[0]
    return asked if asked in LANGUAGES else ""


async def home_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(home.home(who), request)


async def category_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(lists.category(request.path[len(CATEGORY) :][:LONGEST], request.query, who), request)


async def brand_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(lists.brand(request.path[len(BRAND) :][:LONGEST], request.query, who), request)


async def search_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(lists.search(request.query, who), request)


async def flash_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(flash.page(request.query, who), request)


async def product_page(request: Request, who: Visitor) -> Response:
    return await sheets.serve(product.page(request.path[len(PRODUCT) :][:LONGEST], request.query, who), request)
