"""The life of a page. Publishing a published page puts its newer draft in place of what is shown."""

from zhanggui.kernel.states import Transitions

DRAFT, PUBLISHED, ARCHIVED = "draft", "published", "archived"
STATES = (DRAFT, PUBLISHED, ARCHIVED)

PAGE = Transitions(
    {
        (DRAFT, "publish"): PUBLISHED,
        (PUBLISHED, "publish"): PUBLISHED,
        (PUBLISHED, "unpublish"): DRAFT,
        (DRAFT, "archive"): ARCHIVED,
        (ARCHIVED, "reopen"): DRAFT,
    }
)

HOME, ACTIVITY, ARTICLE, HELP = "home", "activity", "article", "help"
KINDS = (HOME, ACTIVITY, ARTICLE, HELP)
