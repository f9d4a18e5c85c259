"""Reads of reviews. Each names its number of statements; lists have the same number at any size."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from zhanggui.kernel import clock, db, mall_settings, paging
from zhanggui.kernel.problems import NotFound
from zhanggui.orders import selectors as orders

from . import rules
from .problems import day_answers as day_answers
from .problems import day_check as day_check
from .problems import day_checks as day_checks
from .problems import entries as entries
from .problems import problem as problem
from .problems import problem_counts as problem_counts
from .problems import problem_figures as problem_figures
from .problems import problem_photo as problem_photo
from .problems import problems as problems
from .problems import problems_of as problems_of
from .rules import PROBLEM_KINDS as PROBLEM_KINDS
from .rules import PROBLEM_STATES as PROBLEM_STATES
from .rules import QUESTIONS as QUESTIONS
from .rules import SAID as SAID
from .types import Photo, Reviewable, ReviewView, StaffReview, Summary

Filter = Literal["", "to_answer", "low", "flagged", "hidden"]

_SEEN = """
select r.id, r.product_id, r.title, r.options, r.author, r.rating, r.text, r.photos, r.more_text, r.more_photos, r.more_at,
    r.reply, r.replied_at, r.created_at
from servicedesk_review r
"""
_STAFF = """
select r.id, r.product_id, r.order_number, r.line, r.sku_code, r.title, r.options, r.member_id, r.author, r.rating, r.text,
    r.photos, r.more_text, r.more_photos, r.more_at, r.reply, r.replied_by, r.replied_at, r.hidden, r.hidden_reason,
    r.duplicate, r.created_at
from servicedesk_review r
"""
_FILTERS: dict[str, str] = {
    "": "true",
    "to_answer": "not r.hidden and r.reply = ''",
    "low": "not r.hidden and r.rating <= 3 and r.reply = ''",
    "flagged": "r.duplicate and not r.hidden",
    "hidden": "r.hidden",
}


def _pictures(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("photos", "more_photos"):
        row[name] = tuple(Photo(**photo) for photo in row[name])
    return row


def _view(row: dict[str, Any]) -> ReviewView:
    return ReviewView(**_pictures(row))


# --- for visitors -------------------------------------------------------------------------------------------------


def of_product(
    product_id: int, *, stars: int | None = None, with_photos: bool = False, cursor: str = "", limit: int = 10
) -> paging.Page[ReviewView]:
    """The shown reviews of a product, newest first. One statement. Raises ValidationFailed."""
    below = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _SEEN + " where r.product_id = %(product)s and not r.hidden"
        " and (%(stars)s::int is null or r.rating = %(stars)s::int)"
        " and (not %(photos)s or r.photos <> '[]' or r.more_photos <> '[]')"
        " and (%(below)s::bigint is null or r.id < %(below)s::bigint) order by r.id desc limit %(limit)s",
        {"product": product_id, "stars": stars, "photos": with_photos, "below": below, "limit": limit + 1},
    )
    return paging.page([_view(row) for row in rows], limit, lambda row: row.id)


def summary(product_id: int) -> Summary:
    """Count, mean and stars of a product's shown reviews. One statement."""
    return summaries([product_id])[product_id]


def summaries(product_ids: Sequence[int]) -> dict[int, Summary]:
    """The same for many products; each asked for is answered. One statement."""
    found = {
        row["product_id"]: _summary(row)
        for row in db.rows(
            "select * from servicedesk_reviewtally where product_id = any(%s::bigint[])", (list(product_ids),)
        )
    }
    return {product_id: found.get(product_id) or Summary() for product_id in product_ids}


def _summary(row: Mapping[str, Any]) -> Summary:
    stars = (row["stars_1"], row["stars_2"], row["stars_3"], row["stars_4"], row["stars_5"])
    return Summary(sum(stars), rules.rating(stars), stars, row["with_photos"])


# --- for buyers ---------------------------------------------------------------------------------------------------


def reviewable(order_number: str) -> list[Reviewable]:
    """The lines of an order, what was said of them, and what may be. Two statements."""
    order = orders.find(order_number)
    return reviewable_lines(order) if order else []


def reviewable_lines(order: Mapping[str, Any]) -> list[Reviewable]:
    """As `reviewable`, from an order that has been read. One statement."""
    said = {
        row.pop("line"): _view(row)
        for row in db.rows(
            _SEEN.replace("select r.id,", "select r.line, r.id,") + " where r.order_number = %s", (order["number"],)
        )
    }
    days, now = mall_settings.get("reviews.days"), clock.now()
    answers = []
    for line in order["lines"]:
        review = said.get(line["line"])
        held = line if review is None else {**line, "refunded_quantity": 0}
        reason = rules.why_not(order, held, days, now)
        answers.append(
            Reviewable(
                order["number"], line["line"], line["product_id"], line["sku"], line["title"], line["options"],
                line["image"], review is None and reason is None,
                review is not None and review.more_at is None and reason is None, reason, review,
            )
        )  # fmt: skip
    return answers


def of_member(member_id: int, *, cursor: str = "", limit: int = 20) -> paging.Page[StaffReview]:
    """What a member wrote, newest first. One statement."""
    below = paging.decode(cursor, int)[0] if cursor else None
    rows = db.rows(
        _STAFF + " where r.member_id = %s and (%s::bigint is null or r.id < %s) order by r.id desc limit %s",
        (member_id, below, below, limit + 1),
    )
    return paging.page([StaffReview(**_pictures(row)) for row in rows], limit, lambda row: row.id)


# --- for staff ----------------------------------------------------------------------------------------------------


def reviews(
    *,
    only: Filter = "",
    stars: int | None = None,
    product_id: int | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> paging.Page[StaffReview]:
    """Reviews for staff, newest first; `q` is an order number, a SKU, or part of the words or the title. One statement."""
    below = paging.decode(cursor, int)[0] if cursor else None
    q = q.strip()[:100].replace("\0", "")
    like = "%" + q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = db.rows(
        _STAFF + f" where {_FILTERS[only]} and (%(stars)s::int is null or r.rating = %(stars)s::int)"
        " and (%(product)s::bigint is null or r.product_id = %(product)s::bigint)"
        " and (%(q)s::text = '' or r.order_number = %(q)s::text or r.sku_code = %(q)s::text"
        "  or r.title ilike %(like)s::text or r.text ilike %(like)s::text or r.more_text ilike %(like)s::text)"
        " and (%(below)s::bigint is null or r.id < %(below)s::bigint) order by r.id desc limit %(limit)s",
        {"stars": stars, "product": product_id, "q": q, "like": like, "below": below, "limit": limit + 1},
    )
    return paging.page([StaffReview(**_pictures(row)) for row in rows], limit, lambda row: row.id)


def review(review_id: int) -> StaffReview:
    """One review. One statement. Raises NotFound."""
    row = db.row(_STAFF + " where r.id = %s", (review_id,))
    if row is None:
        raise NotFound()
    return StaffReview(**_pictures(row))


def counts(most: int = 1000) -> dict[str, int]:
    """How many reviews wait for an answer, have few stars and no answer, look copied, are hidden; each counted up to
    `most`. One statement."""
    parts = ", ".join(
        f"(select count(*) from (select 1 from servicedesk_review r where {condition} limit %(most)s) t)::int as {name}"
        for name, condition in _FILTERS.items()
        if name
    )
    return dict(db.row(f"select {parts}", {"most": most}) or {})
