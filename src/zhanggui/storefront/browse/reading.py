"""Articles, help pages, and drafts as their editors will see them published."""

from typing import Any
from urllib.parse import quote

from zhanggui.content import selectors as content
from zhanggui.content.types import PublishedPage
from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import NotFound, ValidationFailed
from zhanggui.promotions.types import RuleSet
from zhanggui.showcase.selectors import Kept

from . import home, schema
from .promises import must_read
from .sheets import Sheet, Shown, Visitor, write

kept: Kept[Sheet] = Kept(6 * 1024 * 1024)
SECONDS = 60.0
PER_PAGE = 12
HOME = Text("首页", "Home")
ARTICLES = Text("专栏", "Stories")
HELP = Text("帮助中心", "Help")


def article(slug: str, who: Visitor) -> Shown:
    """`/articles/<slug>`."""
    return Shown(kept, ("article", slug, who), lambda rules: _article(_published(slug, "article"), who, rules), SECONDS)


def articles(topic: str, cursor: str, who: Visitor) -> Shown:
    """`/articles`, of one column with `?topic=`."""
    return Shown(kept, ("articles", topic, cursor, who), lambda rules: _articles(topic, cursor, who), SECONDS)


def help_page(slug: str, who: Visitor) -> Shown:
    """`/help/<slug>`."""
    return Shown(kept, ("help", slug, who), lambda rules: _help(_published(slug, "help"), who, rules), SECONDS)


def help_index(who: Visitor) -> Shown:
    """`/help`: what every buyer must know, and all help pages by topic."""
    return Shown(kept, ("help", "", who), lambda rules: _help(None, who, rules), SECONDS)


def preview(token: str, who: Visitor, rules: RuleSet) -> Sheet:
    """A draft as visitors would see it; never kept. Raises PreviewExpired."""
    page = content.previewed(token)
    if page.kind == "article":
        return _article(page, who, rules, preview=True)
    if page.kind == "help":
        return _help(page, who, rules, preview=True)
    if page.kind == "home":
        return home.blocks_page(
            "storefront/home.html", "/", page.blocks, who, rules, page=page, style=content.site().style, data=[],
            preview=True, robots="noindex",
        )  # fmt: skip
    return home.activity_page(page, who, rules, preview=True)


def _published(slug: str, kind: str) -> PublishedPage:
    page = content.published(slug)
    if page.kind != kind:
        raise NotFound()
    return page


def _article(page: PublishedPage, who: Visitor, rules: RuleSet, *, preview: bool = False) -> Sheet:
    title = page.title.render(who.lang)
    crumbs = [(HOME.render(who.lang), "/"), (ARTICLES.render(who.lang), "/articles"), (title, None)]
    more = [row for row in content.articles(topic=page.topic, limit=4).items if row.slug != page.slug][:3]
    data: list[dict[str, Any]] = [schema.breadcrumbs(crumbs)]
    if page.published_at:
        data.append(
            {
                "@context": schema.CONTEXT, "@type": "Article", "headline": title[:110], "inLanguage": who.lang,
                "datePublished": page.published_at.isoformat(), "dateModified": page.updated_at.isoformat(),
                "publisher": {"@id": schema.absolute("/#shop")},
                **({"image": [schema.absolute(page.cover.url)]} if page.cover else {}),
            }
        )  # fmt: skip
    return _blocks("storefront/article.html", page, who, rules, crumbs=crumbs, more=more, data=data, preview=preview)


def _blocks(
    template: str, page: PublishedPage, who: Visitor, rules: RuleSet, *, preview: bool = False, **about: Any
) -> Sheet:
    return home.blocks_page(
        template, page.path, page.blocks, who, rules, page=page, preview=preview, robots="noindex" if preview else "",
        **about,
    )  # fmt: skip


def _articles(topic: str, cursor: str, who: Visitor) -> Sheet:
    try:
        found = content.articles(topic=topic, cursor=cursor, limit=PER_PAGE)
    except ValidationFailed:  # a cursor nobody gave out: from the beginning
        found = content.articles(topic=topic, limit=PER_PAGE)
    crumbs = [
        (HOME.render(who.lang), "/"),
        (ARTICLES.render(who.lang), "/articles"),
        *([(topic, None)] if topic else []),
    ]
    query = f"topic={quote(topic)}&" if topic else ""
    following = f"/articles?{query}cursor={found.next_cursor}" if found.next_cursor else None
    return write(
        "storefront/articles.html", who, "/articles" + (f"?topic={quote(topic)}" if topic else ""),
        articles=found.items, topic=topic, topics=content.topics(), following=following, crumbs=crumbs,
        canonical="/articles" + (f"?topic={quote(topic)}" if topic else ""), robots="noindex,follow" if cursor else "",
        data=[schema.breadcrumbs(crumbs)],
    )  # fmt: skip


def _help(page: PublishedPage | None, who: Visitor, rules: RuleSet, *, preview: bool = False) -> Sheet:
    topics: dict[str, list[Any]] = {}
    for row in content.help_pages():
        topics.setdefault(row.topic, []).append(row)
    title = page.title.render(who.lang) if page else ""
    crumbs = [(HOME.render(who.lang), "/"), (HELP.render(who.lang), "/help"), *([(title, None)] if page else [])]
    answers = must_read(who.lang)
    data: list[dict[str, Any]] = [schema.breadcrumbs(crumbs)]
    if page is None:
        data.append(
            {
                "@context": schema.CONTEXT, "@type": "FAQPage", "mainEntity": [
                    {"@type": "Question", "name": answer.question,
                     "acceptedAnswer": {"@type": "Answer", "text": answer.text}} for answer in answers
                ],
            }
        )  # fmt: skip
    common: dict[str, Any] = {"topics": topics, "crumbs": crumbs, "must_read": answers, "data": data}
    if page is None:
        return write("storefront/help.html", who, "/help", page=None, blocks=[], canonical="/help", **common)
    return _blocks("storefront/help.html", page, who, rules, preview=preview, **common)
