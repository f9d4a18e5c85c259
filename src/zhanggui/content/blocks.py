"""The kinds of block. Each says what it holds, what it still lacks, and how many advertisements it shows at once."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints

from zhanggui.kernel.i18n import Text

from .parts import Gap, Id, Ids, Link, Part, Picture, Price, line, lines, minor_of, need, plain, rich

BlockId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,24}$")]


class Block(Part):
    """Base of all blocks. `id` names it for good (anchors, figures per block); `title` stands above it."""

    LABEL: ClassVar[Text] = Text("", "")
    HELP: ClassVar[Text] = Text("", "")
    ICON: ClassVar[str] = "square"
    #: Fields that hold a list of parts, and the part.
    LISTS: ClassVar[dict[str, tuple[type[Part], int]]] = {}

    type: str
    id: BlockId
    title: line(60) = line(60)()  # type: ignore[valid-type]
    hidden: bool = False
    on: Literal["all", "phone", "desktop"] = "all"

    def gaps(self) -> Iterator[Gap]:
        """What has to be filled before the block can be shown."""
        yield from ()

    @property
    def ads(self) -> int:
        """Advertisements a visitor sees at once."""
        return 0


def _few(loc: str, items: tuple[Any, ...], least: int, zh: str, en: str) -> Iterator[Gap]:
    if len(items) < least:
        yield loc, Text(zh, en)


def _priced(loc: str, part: "Slide | Banner") -> Iterator[Gap]:
    """A price is a product's: the link says which."""
    if part.price and not part.link.startswith("/p/"):
        yield f"{loc}.link", Text("写了价格就要链接到那个商品（/p/…）", "a price needs the link to its product (/p/…)")


class Slide(Part):
    """One picture of a carousel; the phone's own picture is narrower and higher."""

    image: Picture = Picture()
    phone_image: Picture = Picture()
    title: line(40) = line(40)()  # type: ignore[valid-type]
    text: line(80) = line(80)()  # type: ignore[valid-type]
    button: line(16) = line(16)()  # type: ignore[valid-type]
    link: Link = ""
    price: Price = ""

    def amount(self, currency: str) -> int | None:
        """The price it names in minor units, None where it names none."""
        return minor_of(self.price, currency)


class Hero(Block):
    LABEL = Text("轮播大图", "Carousel")
    HELP = Text("首屏大图，可轮播多张，只占一个广告位", "Big pictures in turn; together one advertisement")
    ICON = "gallery-horizontal"
    LISTS = {"slides": (Slide, 8)}

    type: Literal["hero"] = "hero"
    slides: Annotated[tuple[Slide, ...], Field(max_length=8)] = ()
    seconds: Annotated[int, Field(ge=0, le=30)] = 6

    def gaps(self) -> Iterator[Gap]:
        yield from _few("slides", self.slides, 1, "至少要有一张大图", "at least one picture")
        for index, slide in enumerate(self.slides):
            yield from need(f"slides.{index}.image", slide.image, "请上传图片", "upload a picture")
            yield from need(f"slides.{index}.title", slide.title, "请填写标题（读屏也会读它）", "give it a title")
            yield from _priced(f"slides.{index}", slide)

    @property
    def ads(self) -> int:
        return 1


class CategoryTile(Part):
    category_id: Id | None = None
    image: Picture = Picture()
    label: line(20) = line(20)()  # type: ignore[valid-type]


class Categories(Block):
    LABEL = Text("分类导航", "Categories")
    HELP = Text("不选分类时显示全部一级分类", "Without a choice, all first-level categories")
    ICON = "layout-grid"
    LISTS = {"items": (CategoryTile, 24)}

    type: Literal["categories"] = "categories"
    items: Annotated[tuple[CategoryTile, ...], Field(max_length=24)] = ()

    def gaps(self) -> Iterator[Gap]:
        for index, item in enumerate(self.items):
            yield from need(f"items.{index}.category_id", item.category_id, "请选择分类", "choose a category")


class Shelf(Block):
    """Goods by a rule, or picked by hand."""

    LABEL = Text("商品货架", "Product shelf")
    HELP = Text("按规则或手工选择商品；热销显示真实销量", "Goods by rule or by hand; hot sale shows real figures")
    ICON = "package"

    type: Literal["shelf"] = "shelf"
    rule: Literal["new", "hot", "best", "rating", "picked"] = "new"
    category_id: Id | None = None
    brand_id: Id | None = None
    tag: plain(60) = ""  # type: ignore[valid-type]
    product_ids: Ids = ()
    limit: Annotated[int, Field(ge=1, le=48)] = 8
    layout: Literal["grid", "scroll", "waterfall", "list"] = "grid"
    show_sold: bool = False
    subtitle: line(80) = line(80)()  # type: ignore[valid-type]
    more_link: Link = ""

    def gaps(self) -> Iterator[Gap]:
        if self.rule == "picked":
            yield from _few("product_ids", self.product_ids, 1, "请选择商品", "choose products")


class Banner(Part):
    image: Picture = Picture()
    title: line(40) = line(40)()  # type: ignore[valid-type]
    text: line(60) = line(60)()  # type: ignore[valid-type]
    link: Link = ""
    price: Price = ""

    def amount(self, currency: str) -> int | None:
        """The price it names in minor units, None where it names none."""
        return minor_of(self.price, currency)


class Banners(Block):
    LABEL = Text("广告图组", "Banners")
    HELP = Text("并排的广告图，每张占一个广告位", "Pictures side by side; each is one advertisement")
    ICON = "images"
    LISTS = {"items": (Banner, 8)}

    type: Literal["banners"] = "banners"
    columns: Annotated[int, Field(ge=1, le=4)] = 2
    items: Annotated[tuple[Banner, ...], Field(max_length=8)] = ()

    def gaps(self) -> Iterator[Gap]:
        yield from _few("items", self.items, 1, "至少要有一张广告图", "at least one picture")
        for index, item in enumerate(self.items):
            yield from need(f"items.{index}.image", item.image, "请上传图片", "upload a picture")
            yield from need(f"items.{index}.title", item.title, "请填写标题（读屏也会读它）", "give it a title")
            yield from _priced(f"items.{index}", item)

    @property
    def ads(self) -> int:
        return len(self.items)


class Notice(Block):
    LABEL = Text("公告条", "Notice")
    HELP = Text("一句话公告，如发货时间调整", "One sentence, such as changed dispatch times")
    ICON = "megaphone"

    type: Literal["notice"] = "notice"
    text: line(120) = line(120)()  # type: ignore[valid-type]
    link: Link = ""
    tone: Literal["info", "warn", "sale"] = "info"

    def gaps(self) -> Iterator[Gap]:
        yield from need("text", self.text, "请填写公告", "write the notice")


class Articles(Block):
    LABEL = Text("文章列表", "Articles")
    HELP = Text("最新文章，可按栏目", "The newest articles, of one column if you like")
    ICON = "newspaper"

    type: Literal["articles"] = "articles"
    topic: plain(40) = ""  # type: ignore[valid-type]
    limit: Annotated[int, Field(ge=1, le=12)] = 3
    more_link: Link = ""


class Coupons(Block):
    LABEL = Text("优惠券", "Coupons")
    HELP = Text("可领取的优惠券；领完或结束后自动隐藏", "Coupons to claim; gone ones are left out")
    ICON = "ticket-percent"

    type: Literal["coupons"] = "coupons"
    promotion_ids: Ids = ()

    def gaps(self) -> Iterator[Gap]:
        yield from _few("promotion_ids", self.promotion_ids, 1, "请选择优惠券", "choose coupons")


class RichText(Block):
    LABEL = Text("图文", "Text and pictures")
    HELP = Text("自由编辑的正文", "Free text")
    ICON = "text"

    type: Literal["rich_text"] = "rich_text"
    html: rich(200_000) = rich(200_000)()  # type: ignore[valid-type]

    def gaps(self) -> Iterator[Gap]:
        yield from need("html", self.html, "请填写正文", "write the text")


class Brands(Block):
    LABEL = Text("品牌墙", "Brands")
    HELP = Text("不选品牌时按顺序显示", "Without a choice, brands in their order")
    ICON = "badge-check"

    type: Literal["brands"] = "brands"
    brand_ids: Ids = ()
    limit: Annotated[int, Field(ge=1, le=60)] = 12


PROMISE_ICONS = (
    "truck", "shield-check", "rotate-ccw", "badge-check", "clock", "headphones", "leaf", "gift", "wallet", "package",
    "heart", "map-pin",
)  # fmt: skip


class Promise(Part):
    icon: Literal[
        "truck", "shield-check", "rotate-ccw", "badge-check", "clock", "headphones", "leaf", "gift", "wallet", "package",
        "heart", "map-pin",
    ] = "badge-check"  # fmt: skip
    title: line(20) = line(20)()  # type: ignore[valid-type]
    text: line(60) = line(60)()  # type: ignore[valid-type]


class Promises(Block):
    LABEL = Text("服务承诺", "Service promises")
    HELP = Text("如 24 小时发货、7 天无理由退货", "Such as dispatch within 24 hours, 7 days to return")
    ICON = "shield-check"
    LISTS = {"items": (Promise, 6)}

    type: Literal["promises"] = "promises"
    items: Annotated[tuple[Promise, ...], Field(max_length=6)] = ()

    def gaps(self) -> Iterator[Gap]:
        yield from _few("items", self.items, 1, "至少要有一条承诺", "at least one promise")
        for index, item in enumerate(self.items):
            yield from need(f"items.{index}.title", item.title, "请填写承诺", "say what is promised")


class Question(Part):
    question: line(100) = line(100)()  # type: ignore[valid-type]
    answer: lines(2000) = lines(2000)()  # type: ignore[valid-type]


class Faq(Block):
    LABEL = Text("常见问题", "Questions and answers")
    HELP = Text("点开即看的问答", "Questions that open to their answers")
    ICON = "circle-help"
    LISTS = {"items": (Question, 50)}

    type: Literal["faq"] = "faq"
    items: Annotated[tuple[Question, ...], Field(max_length=50)] = ()

    def gaps(self) -> Iterator[Gap]:
        yield from _few("items", self.items, 1, "至少要有一个问题", "at least one question")
        for index, item in enumerate(self.items):
            yield from need(f"items.{index}.question", item.question, "请填写问题", "write the question")
            yield from need(f"items.{index}.answer", item.answer, "请填写回答", "write the answer")


#: In the order an editor is offered them.
BLOCKS: dict[str, type[Block]] = {
    "hero": Hero,
    "categories": Categories,
    "shelf": Shelf,
    "banners": Banners,
    "coupons": Coupons,
    "promises": Promises,
    "brands": Brands,
    "articles": Articles,
    "notice": Notice,
    "rich_text": RichText,
    "faq": Faq,
}
MAX_BLOCKS = 40
