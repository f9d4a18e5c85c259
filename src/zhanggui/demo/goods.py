"""What stands on the shelves, how well it sells, and what is ordered from the suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhanggui.inventory import selectors as stock
from zhanggui.inventory import services as inventory
from zhanggui.inventory.types import StockRow
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.ids import Chance

from .catalogue import LoadedGoods

SUPPLIERS = ("杭州云栖贸易", "义乌小商品集采", "佛山南海工坊", "景德镇陶瓷厂", "苏州锦和纺织", "潮汕食品直供")
DAYS = 90


@dataclass(slots=True)
class Article:
    """A SKU on sale. `liking` is its part of all sales; `fate` says how it is bought in."""

    sku_id: int
    sku: str
    product_id: int
    slug: str
    category: str
    price: int
    liking: int
    fate: str  # steady, scarce (runs out), slow (too much of it was bought)


class Shelves:
    """All articles on sale. Buyers choose by liking."""

    def __init__(self, chance: Chance, articles: Sequence[Article]) -> None:
        self._chance = chance
        self.articles = list(articles)
        self._likings = [article.liking for article in articles]
        self._all = sum(self._likings)
        self.by_product: dict[int, list[Article]] = {}
        for article in articles:
            self.by_product.setdefault(article.product_id, []).append(article)

    def choose(self) -> Article:
        return self._chance.choices(self.articles, self._likings)[0]

    def another_of(self, article: Article) -> Article:
        return self._chance.choice(self.by_product[article.product_id])

    def expected(self, article: Article, units: int) -> int:
        """How many of so many sold units are of this article."""
        return max(1, units * article.liking // self._all)

    def open_with(self, units: int, *, actor: Actor) -> None:
        """The first delivery: what should sell in about four weeks of `units` a day, and more of what sells slowly."""
        rows = []
        for article in self.articles:
            weeks = {"steady": 5, "scarce": 6, "slow": 15}[article.fate]
            wanted = self.expected(article, units * 7 * weeks) + self._chance.randrange(6, 14)
            rows.append(StockRow(article.sku_id, wanted))
        inventory.receive(rows, reference="CG-KAIYE", reason="开业备货", actor=actor)

    def buy_in(self, units: int, at: datetime, *, actor: Actor) -> int:
        """A delivery of what is running short; how many SKUs. What is scarce is not to be had."""
        steady = [article for article in self.articles if article.fate != "scarce"]
        free = stock.available([article.sku_id for article in steady])
        rows = []
        for article in steady:
            have, week = free.get(article.sku_id, 0), self.expected(article, units * 7)
            if have < 2 * week + 3 and self._chance.random() < 0.86:
                rows.append(StockRow(article.sku_id, 4 * week + self._chance.randrange(4, 12) - have))
        if rows:
            supplier = self._chance.choice(SUPPLIERS)
            inventory.receive(rows, reference=f"CG{at:%m%d}", reason=f"采购入库：{supplier}", actor=actor)
        return len(rows)

    def break_some(self, *, actor: Actor) -> None:
        """What falls from a shelf or arrives broken."""
        some = self._chance.sample(self.articles, min(2, len(self.articles)))
        free = stock.available([article.sku_id for article in some])
        rows = [StockRow(article.sku_id, 1) for article in some if free.get(article.sku_id, 0) > 3]
        if rows:
            inventory.write_off(rows, reason="仓库破损", actor=actor)


def arrange(chance: Chance, goods: Sequence[LoadedGoods]) -> Shelves:
    """The shelves with everything that is on sale. The first variant sells best; what is slow was bought in too freely."""
    articles = []
    for one in goods:
        fate = chance.choices(("steady", "scarce", "slow"), (86, 6, 8))[0]
        for place, sku in enumerate(one.skus):
            liking = one.liking * one.liking * 1_000 // (place + 2) // (6 if fate == "slow" else 1)
            articles.append(
                Article(sku.id, sku.code, one.product_id, one.key, one.shelf, sku.price, max(1, liking), fate)
            )
    return Shelves(chance, articles)
