"""What content announces."""

from dataclasses import dataclass
from typing import ClassVar

from zhanggui.kernel.outbox import Event


@dataclass(frozen=True, slots=True)
class PageEvent(Event):
    page_id: int
    kind: str
    slug: str

    @property
    def aggregate(self) -> str:
        return f"page:{self.page_id}"


@dataclass(frozen=True, slots=True)
class PagePublished(PageEvent):
    """A version of a page is shown from now on."""

    name: ClassVar[str] = "content.page_published"
    revision: int = 0


@dataclass(frozen=True, slots=True)
class PageUnpublished(PageEvent):
    name: ClassVar[str] = "content.page_unpublished"
