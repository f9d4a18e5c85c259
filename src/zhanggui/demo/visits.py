"""Visits: where they come from, what they look at, how long they stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from zhanggui.analytics import services as analytics
from zhanggui.analytics.types import Sent

from . import people, rhythm
from .goods import Article
from .people import Buyer
from .world import World

HOST = "demo.zhanggui.local"
OWN = f"https://{HOST}/"
SHARE_BACK = 34  # of a hundred visits, by somebody who was here before
REMEMBERED = 6_000
LEISURELY = 3  # of a hundred visits, by somebody who reads everything

#: Source as orders and reports name it, what its first page view says, visits of a hundred thousand, buyers among them.
SOURCES: tuple[tuple[str, dict[str, str], int, int], ...] = (
    ("direct", {}, 27_000, 36),
    ("search:baidu", {"referrer": "https://www.baidu.com/link"}, 17_000, 15),
    ("search:bing", {"referrer": "https://cn.bing.com/"}, 3_500, 3),
    ("search:sogou", {"referrer": "https://www.sogou.com/link"}, 2_500, 2),
    ("social:xiaohongshu", {"referrer": "https://www.xiaohongshu.com/"}, 12_000, 10),
    ("social:weixin", {"referrer": "https://mp.weixin.qq.com/"}, 9_500, 12),
    ("social:zhihu", {"referrer": "https://www.zhihu.com/"}, 2_500, 2),
    ("ad:baidu", {"utm_source": "baidu", "utm_medium": "cpc"}, 9_500, 8),
    ("ad:douyin", {"utm_source": "douyin", "utm_medium": "feed"}, 9_000, 6),
    ("ad:xiaohongshu", {"utm_source": "xiaohongshu", "utm_medium": "feed"}, 4_500, 4),
    ("email:newsletter", {"utm_source": "newsletter", "utm_medium": "email"}, 1_500, 3),
    ("referral:smzdm.com", {"referrer": "https://www.smzdm.com/"}, 1_500, 2),
)
ADS = tuple(name for name, *_ in SOURCES if name.startswith("ad:"))
_BY_NAME = {name: first for name, first, _, _ in SOURCES}
_NAMES = [name for name, *_ in SOURCES]
_VISITS = [visits for _, _, visits, _ in SOURCES]
_BUYS = [buys for *_, buys in SOURCES]
_PAGES, _DEPTH = (1, 2, 3, 4, 6, 8, 12, 16), (50, 17, 11, 8, 6, 4, 3, 1)


@dataclass(slots=True)
class Who:
    """A browser: the id it keeps, the network it is in, what it says it is."""

    visitor: str
    network: str
    agent: str


class Visits:
    """Collects a day's page views and hands them over at once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._day: list[Sent] = []
        self._known: list[Who] = []

    def source_of_buyer(self) -> str:
        return self._world.chance.choices(_NAMES, _BUYS)[0]

    def look_around(self, day: date, visits: int) -> None:
        """Visits of people who buy nothing this time."""
        chance = self._world.chance
        for _ in range(visits):
            at = rhythm.instant(chance, day)
            if at < self._world.ends:
                source = chance.choices(_NAMES, _VISITS)[0]
                self._visit(self._somebody(), at, source, self._wander(chance.choices(_PAGES, _DEPTH)[0]))

    def buy(self, buyer: Buyer, at: datetime, source: str, articles: list[Article]) -> None:
        """The visit that ends with an order at `at`."""
        chance = self._world.chance
        trail = self._wander(chance.randrange(1, 7))
        trail += [("product", article.slug) for article in articles]
        trail += [("cart", ""), ("checkout", ""), ("ordered", "")]
        began = at - timedelta(seconds=chance.randrange(25, 60) * len(trail))
        self._visit(Who(buyer.visitor, buyer.network, buyer.agent), began, source, trail)

    def _somebody(self) -> Who:
        chance = self._world.chance
        if self._known and chance.randrange(100) < SHARE_BACK:
            return chance.choice(self._known)
        who = Who(people.token(chance), people.network(chance), people.agent(chance))
        if len(self._known) < REMEMBERED:
            self._known.append(who)
        else:
            self._known[chance.randrange(REMEMBERED)] = who
        return who

    def _wander(self, pages: int) -> list[tuple[str, str]]:
        """Pages of a visit: home, a category, products; some look into the cart."""
        chance = self._world.chance
        trail: list[tuple[str, str]] = []
        for _ in range(pages):
            turn = chance.randrange(100)
            article = self._world.shelves.choose()
            if not trail and turn < 52:
                trail.append(("home", ""))
            elif turn < 26 and article.category:
                trail.append(("category", article.category))
            elif turn < 30 and trail:
                trail.append(("checkout" if trail[-1][0] == "cart" else "cart", ""))
            elif turn < 33:
                trail.append(("content", chance.choice(("help/shipping", "help/returns", "help/about"))))
            else:
                trail.append(("product", article.slug))
        return trail

    def _visit(self, who: Who, began: datetime, source: str, trail: list[tuple[str, str]]) -> None:
        chance = self._world.chance
        session, at = people.token(chance), began
        patience = 260 if chance.randrange(100) < LEISURELY else 44
        for place, (kind, ref) in enumerate(trail):
            seconds = min(1_500, int(chance.expovariate(1 / patience)) + 2)
            event: dict[str, Any] = {
                "view": f"v{place:09d}", "visitor": who.visitor, "session": session, "kind": kind, "ref": ref,
                "seconds": seconds, **(_BY_NAME[source] if place == 0 else {"referrer": OWN}),
            }  # fmt: skip
            if at < self._world.ends:
                self._day.append(Sent(event, at, who.network, who.agent))
            at += timedelta(seconds=seconds)
        self._world.tally.visits += 1

    def hand_over(self) -> None:
        """Give what came together to analytics."""
        self._world.tally.views += analytics.collect_past(self._day, host=HOST)
        self._day = []
