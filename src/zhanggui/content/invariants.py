"""What must always hold of pages."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "content.what_is_shown_is_there",
        "select p.id, p.slug, p.shown from content_page p left join content_revision r on r.page_id = p.id"
        " and r.number = p.shown where p.state = 'published' and (r.id is null or r.published_at is null)",
        "Every published page shows one of its versions, which was published.",
    ),
    Invariant(
        "content.draft_is_the_last_version",
        "select p.id, p.slug from content_page p where p.content is distinct from (select r.content from"
        " content_revision r where r.page_id = p.id order by r.number desc limit 1)",
        "Every draft is kept as the newest version of its page.",
    ),
]
