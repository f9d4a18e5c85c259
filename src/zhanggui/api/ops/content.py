"""Pages, menus and the shop's style. Blocks are described by `/content/block-types`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Router
from ninja.files import UploadedFile
from pydantic import Field, WithJsonSchema

from zhanggui.content import selectors, services
from zhanggui.content.types import BLOCKS, Change, Difference, PageRef, PageRow, PageView, RevisionRow
from zhanggui.kernel.problems import NotFound

from ..auth import Staff, actor
from ..describing import describe, listed, paged, plain
from ..fields import Answer, Body, Cursor, Limit, PathId, Search, Time, integer, line
from ..frame import language, nothing, reply
from .common import OptionalReason, show, show_list, show_page

router = Router()
VIEW, EDIT, PUBLISH = Staff("content.view"), Staff("content.edit"), Staff("content.publish")
Version = integer(1, 2**31 - 1)
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Key = Annotated[str, Path(min_length=1, max_length=20, pattern=r"^[a-z_]+$")]
Slug = Annotated[str, Field(strict=True, min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class WordsIn(Body):
    """Chinese and English; English may wait."""

    zh: line(400, required=False) = ""  # type: ignore[valid-type]
    en: line(400, required=False) = ""  # type: ignore[valid-type]


class PictureIn(Body):
    url: line(200, required=False) = ""  # type: ignore[valid-type]
    width: integer(0, 100_000) = 0  # type: ignore[valid-type]
    height: integer(0, 100_000) = 0  # type: ignore[valid-type]


_TEXT = {"type": "string", "pattern": r"^[^\x00]*$"}
_SIMPLE: list[dict[str, Any]] = [_TEXT, {"type": "integer"}, {"type": "boolean"}, {"type": "null"}]
_OBJECT = {
    "type": "object",
    "propertyNames": {"pattern": r"^[a-z_]{1,40}$"},
    "additionalProperties": {"anyOf": _SIMPLE},
}
#: What any block is made of; which fields each type has, `/content/block-types` says.
_BLOCK = {
    **_OBJECT,
    "additionalProperties": {"anyOf": [*_SIMPLE, _OBJECT, {"type": "array", "items": {"anyOf": [*_SIMPLE, _OBJECT]}}]},
}
Block = Annotated[dict[str, Any], WithJsonSchema(_BLOCK)]


class ContentIn(Body):
    """`blocks` as `/content/block-types` describes them; an `id` is given to those without."""

    title: WordsIn
    summary: WordsIn = WordsIn()
    cover: PictureIn = PictureIn()
    blocks: Annotated[list[Block], Field(max_length=40)] = []


class PageIn(Body):
    kind: Literal["home", "activity", "article", "help"]
    slug: Slug
    topic: line(40, required=False) = ""  # type: ignore[valid-type]
    position: integer(0, 1_000_000) = 0  # type: ignore[valid-type]
    content: ContentIn


class DraftIn(Body):
    """`version` is the one the draft was read with; what is left out stays."""

    version: Version  # type: ignore[valid-type]
    content: ContentIn
    slug: Slug | None = None
    topic: line(40, required=False) | None = None  # type: ignore[valid-type]
    position: integer(0, 1_000_000) | None = None  # type: ignore[valid-type]
    note: line(200, required=False) = ""  # type: ignore[valid-type]


class VersionIn(Body):
    version: Version  # type: ignore[valid-type]


class UnpublishIn(Body):
    reason: OptionalReason = ""


class TimesIn(Body):
    publish_at: Time | None = None
    unpublish_at: Time | None = None


class PartIn(Body):
    """`version` is the one it was read with, 0 where it was never stored."""

    version: integer(0, 2**31 - 1)  # type: ignore[valid-type]
    data: dict[str, Any]


class PartOut(Answer):
    key: str
    version: int
    data: dict[str, Any]


class BlockTypeOut(Answer):
    """`shape` is JSON Schema."""

    type: str
    label: str
    help: str
    shape: dict[str, Any]


class BlockTypeList(Answer):
    items: list[BlockTypeOut]


class PreviewOut(Answer):
    """The page at `/preview?token=…` for some hours (`content.preview_hours`)."""

    token: str
    path: str


class GapOut(Answer):
    loc: str
    message: str


class PageOut(Answer):
    """A page with its draft; `gaps` is what keeps it from being published."""

    id: int
    kind: str
    slug: str
    topic: str
    position: int
    state: str
    version: int
    content: dict[str, Any]
    shown: int | None
    changed: bool
    publish_at: datetime | None
    unpublish_at: datetime | None
    published_at: datetime | None
    schedule_problem: str
    updated_by: str
    updated_at: datetime
    gaps: list[GapOut]
    untranslated: list[str]
    ads: int
    actions: list[str]


class PictureOut(Answer):
    url: str
    width: int
    height: int


def _page(request: HttpRequest, page: PageView, status: int = 200) -> HttpResponse:
    lang = language(request)
    shown: dict[str, Any] = plain(page, lang, without=frozenset({"content", "gaps"}))
    gaps = [{"loc": loc, "message": text.render(lang)} for loc, text in page.gaps]
    return reply({**shown, "content": page.content.data(), "gaps": gaps}, status=status)


@router.get("/content/block-types", auth=VIEW, response=BlockTypeList, summary="What pages are made of")
def block_types(request: HttpRequest) -> HttpResponse:
    lang = language(request)
    items = [
        {
            "type": name,
            "label": kind.LABEL.render(lang),
            "help": kind.HELP.render(lang),
            "shape": kind.model_json_schema(),
        }
        for name, kind in BLOCKS.items()
    ]
    return reply({"items": items})


@router.get("/content/pages", auth=VIEW, response=paged(PageRow), summary="Pages, newest first")
def pages(
    request: HttpRequest,
    kind: Literal["", "home", "activity", "article", "help"] = "",
    state: Literal["", "draft", "published", "archived"] = "",
    q: Search = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> HttpResponse:
    """Without a state, those not put away. `q` is part of a title or an address."""
    return show_page(request, selectors.pages(kind=kind, state=state, q=q, cursor=cursor, limit=limit))


@router.post("/content/pages", auth=EDIT, response={201: describe(PageRef)}, summary="A new page, as a draft")
def create(request: HttpRequest, body: PageIn) -> HttpResponse:
    made = services.create_page(
        body.kind, body.slug, body.content.model_dump(), topic=body.topic, position=body.position, actor=actor(request)
    )
    return show(request, made, 201)


@router.get("/content/pages/{page_id}", auth=VIEW, response=PageOut, summary="One page with its draft")
def page(request: HttpRequest, page_id: PathId) -> HttpResponse:
    return _page(request, selectors.page(page_id))


@router.put("/content/pages/{page_id}", auth=EDIT, response=describe(PageRef), summary="Save the draft")
def save(request: HttpRequest, page_id: PathId, body: DraftIn) -> HttpResponse:
    """`page_changed` (409) with `differences` where somebody saved it meanwhile."""
    change = Change(body.content.model_dump(), body.slug, body.topic, body.position, body.note)
    return show(request, services.save_draft(page_id, change, expected_version=body.version, actor=actor(request)))


@router.post("/content/pages/{page_id}/publish", auth=PUBLISH, response=describe(PageRef), summary="Show the draft")
def publish(request: HttpRequest, page_id: PathId, body: VersionIn) -> HttpResponse:
    """`not_ready_to_publish` (409) names what is missing."""
    return show(request, services.publish(page_id, expected_version=body.version, actor=actor(request)))


@router.post("/content/pages/{page_id}/unpublish", auth=PUBLISH, response={204: None}, summary="Take it down")
def unpublish(request: HttpRequest, page_id: PathId, body: UnpublishIn) -> HttpResponse:
    services.unpublish(page_id, reason=body.reason, actor=actor(request))
    return nothing()


@router.put("/content/pages/{page_id}/schedule", auth=PUBLISH, response=PageOut, summary="When it is shown")
def schedule(request: HttpRequest, page_id: PathId, body: TimesIn) -> HttpResponse:
    services.schedule(page_id, publish_at=body.publish_at, unpublish_at=body.unpublish_at, actor=actor(request))
    return _page(request, selectors.page(page_id))


@router.post("/content/pages/{page_id}/archive", auth=EDIT, response={204: None}, summary="Put a draft away")
def archive(request: HttpRequest, page_id: PathId) -> HttpResponse:
    services.archive(page_id, actor=actor(request))
    return nothing()


@router.post("/content/pages/{page_id}/reopen", auth=EDIT, response={204: None}, summary="Take it back out")
def reopen(request: HttpRequest, page_id: PathId) -> HttpResponse:
    services.reopen(page_id, actor=actor(request))
    return nothing()


@router.get("/content/pages/{page_id}/versions", auth=VIEW, response=paged(RevisionRow), summary="Its versions")
def versions(request: HttpRequest, page_id: PathId, cursor: Cursor = "", limit: Limit = 30) -> HttpResponse:
    selectors.page(page_id)
    return show_page(request, selectors.revisions(page_id, cursor=cursor, limit=limit))


@router.get(
    "/content/pages/{page_id}/versions/{version_id}/differences",
    auth=VIEW,
    response=listed(Difference),
    summary="What a version (mine) has otherwise than the draft (theirs)",
)
def differences(request: HttpRequest, page_id: PathId, version_id: Number) -> HttpResponse:
    return show_list(request, selectors.compare(page_id, version_id))


@router.post(
    "/content/pages/{page_id}/versions/{version_id}/restore",
    auth=EDIT,
    response=describe(PageRef),
    summary="Make a version the draft again",
)
def restore(request: HttpRequest, page_id: PathId, version_id: Number, body: VersionIn) -> HttpResponse:
    return show(request, services.restore(page_id, version_id, expected_version=body.version, actor=actor(request)))


@router.post("/content/pages/{page_id}/preview", auth=VIEW, response=PreviewOut, summary="A link to the draft")
def preview(request: HttpRequest, page_id: PathId) -> HttpResponse:
    selectors.page(page_id)
    token = selectors.preview_token(page_id, actor=actor(request))
    return reply({"token": token, "path": f"/preview?token={token}"})


@router.post("/content/pictures", auth=EDIT, response={201: PictureOut}, summary="Upload a picture for pages")
def upload(request: HttpRequest, file: Annotated[UploadedFile, File()]) -> HttpResponse:
    """`multipart/form-data`; JPEG, PNG, WebP or GIF, told by its bytes."""
    data: Any = file.read()
    kept = services.keep_picture(data, actor=actor(request))
    return reply({"url": kept.url, "width": kept.width, "height": kept.height}, status=201)


@router.get("/content/site/{key}", auth=VIEW, response=PartOut, summary="Style, menus or friend links")
def site_part(request: HttpRequest, key: Key) -> HttpResponse:
    """`style`, `main_menu`, `footer_menu` or `friend_links`."""
    part, version = selectors.site_part(key)
    return reply({"key": key, "version": version, "data": part.model_dump(mode="json")})


@router.put("/content/site/{key}", auth=PUBLISH, response=PartOut, summary="Replace one of them; in force at once")
def put_site_part(request: HttpRequest, key: Key, body: PartIn) -> HttpResponse:
    if key not in selectors.site_keys():
        raise NotFound()
    services.put_site_part(key, body.data, expected_version=body.version, actor=actor(request))
    return site_part(request, key)
