"""The editor's form as it was sent: the draft to be saved, the pictures it brought, and which of those were refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from zhanggui.content import services
from zhanggui.content.types import Change, Head
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import FieldError, Problem, ValidationFailed

from ..access import actor, number_in
from . import choices, reading


@dataclass(slots=True)
class Draft:
    """`pictures`: those kept, by the name of their field; `refused` where one could not be."""

    content: dict[str, Any]
    slug: str
    topic: str
    position: int
    note: str
    version: int
    pictures: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: Problem | None = None

    @property
    def blocks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content["blocks"]
        return found

    def change(self) -> Change:
        return Change(self.content, self.slug, self.topic, self.position, self.note)


class Keeper:
    """Stores uploaded pictures and remembers what became of them."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.kept: dict[str, dict[str, Any]] = {}
        self.errors: list[FieldError] = []

    def __call__(self, name: str, sent: UploadedFile) -> dict[str, Any] | None:
        try:
            kept = services.keep_picture(sent.read(), actor=actor(self.request))
        except Problem as problem:
            zh, en = problem.detail("zh-Hans"), problem.detail("en")
            self.errors.append(FieldError(name, problem.code, Text(f"{sent.name}:{zh}", f"{sent.name}: {en}")))
            return None
        self.kept[name] = {"url": kept.url, "width": kept.width, "height": kept.height}
        return self.kept[name]

    @property
    def refused(self) -> Problem | None:
        return ValidationFailed(errors=self.errors) if self.errors else None


def read(request: HttpRequest) -> Draft:
    """The draft as typed, its pictures kept."""
    post: Any = request.POST
    files: Any = request.FILES
    keeper = Keeper(request)
    head = reading.part(Head, post, files, "h", keeper, choices.resolve)
    blocks = reading.blocks(post, files, keeper, choices.resolve)
    return Draft(
        content={**head, "blocks": blocks},
        slug=post.get("slug", ""),
        topic=post.get("topic", ""),
        position=_number(post.get("position", "0")),
        note=post.get("note", ""),
        version=_number(post.get("version", "0")),
        pictures=keeper.kept,
        refused=keeper.refused,
    )


def _number(text: str) -> int:
    return number_in(text.strip(), 9) or 0
