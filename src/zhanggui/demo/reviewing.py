"""What buyers write about what arrived, and what customer service answers."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from zhanggui.kernel import clock
from zhanggui.kernel.ids import Chance
from zhanggui.kernel.problems import Problem
from zhanggui.orders import selectors as orders
from zhanggui.servicedesk import services as reviews

from . import rhythm
from .people import Buyer
from .shopping import actor_of
from .world import World

STARS, SHARES = (5, 4, 3, 2, 1), (66, 21, 8, 3, 2)
WRITES = 30  # of a hundred members' orders

_FIRST = {
    5: ("第二次回购了", "比想象中好", "朋友推荐来的，没失望", "看了很久才下单", "给妈妈买的，她很喜欢", "收到就拆开用上了", "颜值很高",
        "做工细致", "质感在线", "很满意的一次购物", "送礼的，对方说好看", "用了一周来评价"),
    4: ("整体不错", "东西挺好的", "中规中矩，没什么毛病", "和描述基本一致", "价格合适，质量也还行", "第一次买，还可以"),
    3: ("一般般吧", "没有图片上好看", "能用，但没有惊喜", "大小比预期小一点", "性价比普通"),
    2: ("有点失望", "细节没处理好", "和期待差得有点远"),
    1: ("不推荐", "用了两天就出问题", "包装破了，东西也有磕碰"),
}  # fmt: skip
_MORE = {
    5: ("边角打磨得很光滑", "颜色和图片几乎一样", "没有异味", "拿在手里有分量", "细节处理得好", "摆在家里很提气质", "每天都在用",
        "尺寸刚刚好", "包装很用心，里外三层", "同事看到都问链接"),
    4: ("颜色稍微浅一点点", "包装可以再结实些", "要是再便宜点就好了", "说明书太简单", "味道散一散就没了", "尺寸要看清楚再买"),
    3: ("颜色有点偏差", "边缘不够平整", "等了几天才到", "说明不太清楚", "手感偏薄"),
    2: ("有一处划痕", "盖子不太严", "线头比较多", "颜色差得比较多"),
    1: ("客服让寄回，折腾", "瓶口有裂纹", "和页面写的不一样"),
}  # fmt: skip
_LAST = {
    5: ("会再来", "值得买", "推荐给大家", "期待出新色", "已经安利给闺蜜", "物流也快", "给店家点赞", "下次活动再囤"),
    4: ("会考虑回购", "物流挺快", "客服态度好", "总体推荐", "扣一星怕骄傲"),
    3: ("先用着看看", "凑合用", "希望改进", "不过客服回复快"),
    2: ("希望改进", "客服态度还行", "下次再看吧"),
    1: ("希望尽快处理", "不会再买", "等客服回复"),
}
_TIMES = ("用了半个月", "一个月后来追评", "用了一段时间", "洗过几次之后", "天天用")
_LATER = ("还是很好，没有变形", "依然满意", "颜色没掉", "比刚到时更顺手", "有一点小磨损，能接受")
_THANKS = (
    "谢谢您的喜欢，您的分享是我们认真做好物的动力。", "感谢支持，期待您再次光临掌柜的小店。", "谢谢您这么细致的评价，祝您使用愉快！",
    "收到您的认可真开心，上新时第一时间告诉您。",
)  # fmt: skip
_SORRY = (
    "非常抱歉没有达到您的期待，已私信联系您处理，感谢您指出问题。", "给您添麻烦了，我们已反馈给品控，您可随时申请售后，运费由我们承担。",
    "抱歉让您失望了，这批货我们会逐一复检，请留意客服来电。",
)  # fmt: skip


class Reviewing:
    """Hears of arrived orders."""

    def __init__(self, world: World) -> None:
        self._world = world

    def arrived(self, number: str, buyer: Buyer) -> None:
        """Some members will write, days later."""
        world = self._world
        if buyer.member_id is not None and world.lucky(WRITES):
            wait = timedelta(hours=int(world.chance.expovariate(1 / 70)) + 3)
            world.agenda.plan(clock.now() + min(wait, timedelta(days=25)), lambda: self._write(number, buyer))

    def _write(self, number: str, buyer: Buyer) -> None:
        world, chance = self._world, self._world.chance
        order = orders.find(number)
        assert order is not None
        for line in order["lines"]:
            stars = chance.choices(STARS, SHARES)[0]
            try:
                review = reviews.post_review(
                    number, line["line"], rating=stars, text=words(chance, stars), anonymous=world.lucky(22),
                    actor=actor_of(buyer),
                )  # fmt: skip
            except Problem:  # it went back
                continue
            world.tally.reviews += 1
            self._answer_later(review, stars)
            if world.lucky(6):
                later = clock.now() + timedelta(days=chance.randrange(6, 20))
                world.agenda.plan(later, partial(self._add, number, line["line"], buyer))

    def _answer_later(self, review: int, stars: int) -> None:
        """Every complaint is answered, and most of the praise."""
        world, chance = self._world, self._world.chance
        if stars <= 3 or world.lucky(88):
            text = chance.choice(_SORRY if stars <= 3 else _THANKS)
            when = rhythm.at_work(chance, clock.now(), within=timedelta(hours=26))
            world.agenda.plan(when, lambda: reviews.answer(review, text, actor=world.clerks.service))

    def _add(self, number: str, line: int, buyer: Buyer) -> None:
        chance = self._world.chance
        try:
            reviews.add_to_review(
                number, line, text=f"{chance.choice(_TIMES)}，{chance.choice(_LATER)}。", actor=actor_of(buyer)
            )
        except Problem:
            return


def words(chance: Chance, stars: int) -> str:
    """A buyer's words; some give stars alone."""
    if chance.randrange(100) < 14:
        return ""
    parts = [chance.choice(_FIRST[stars]), *chance.sample(_MORE[stars], chance.choice((1, 1, 2)))]
    if chance.randrange(100) < 70:
        parts.append(chance.choice(_LAST[stars]))
    return "，".join(parts) + chance.choice(("。", "。", "！", "~", ""))
