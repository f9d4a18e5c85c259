"""Who buys: names, telephones and addresses, spread over the country as its people are."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhanggui.checkout.types import EXPRESS, Delivery
from zhanggui.kernel.ids import Chance
from zhanggui.members import selectors as regions

#: Millions of inhabitants (census of 2020), and how fond of buying online: the weight of a province is the product.
PROVINCES = {
    "广东省": (126, 12), "山东省": (102, 8), "河南省": (99, 7), "江苏省": (85, 13), "四川省": (84, 8), "河北省": (75, 7),
    "湖南省": (66, 8), "浙江省": (65, 15), "安徽省": (61, 8), "湖北省": (58, 9), "广西壮族自治区": (50, 6), "云南省": (47, 5),
    "江西省": (45, 7), "辽宁省": (43, 8), "福建省": (42, 11), "陕西省": (40, 8), "贵州省": (39, 5), "山西省": (35, 7),
    "重庆市": (32, 9), "黑龙江省": (32, 6), "新疆维吾尔自治区": (26, 3), "甘肃省": (25, 4), "上海市": (25, 24), "吉林省": (24, 6),
    "内蒙古自治区": (24, 5), "北京市": (22, 22), "天津市": (14, 12), "海南省": (10, 6), "宁夏回族自治区": (7, 5),
    "青海省": (6, 3), "西藏自治区": (4, 2),
}  # fmt: skip
FAR = frozenset(
    {"新疆维吾尔自治区", "西藏自治区", "青海省", "内蒙古自治区", "甘肃省", "宁夏回族自治区", "海南省", "云南省"}
)

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛"  # noqa: E501
_WOMEN = "婷雪琳欣怡悦敏静丽芳娜雯佳倩莹洁颖思雨涵梦瑶蕾晴妍彤可馨诗语晓岚若云清秋"
_MEN = "伟强磊洋勇军杰涛超明刚平辉鹏飞浩宇轩博文俊凯子涵天佑航睿志远嘉豪一鸣家栋"
_STREETS = (
    "人民路", "中山路", "解放路", "建设路", "文化路", "和平路", "新华路", "育才路", "长江路", "光明路", "学府路", "滨河路", "青年路",
    "幸福路", "迎宾大道", "科技路", "花园路", "府前街", "南湖路", "翠竹路", "银杏路", "桂花巷", "朝阳街", "东风路",
)  # fmt: skip
_ESTATES = (
    "阳光花园", "翠湖苑", "锦绣华庭", "香樟雅苑", "书香门第", "金域蓝湾", "碧水名邸", "绿地家园", "东方新城", "明珠公寓", "梧桐里",
    "望江府", "春晓小区", "静安里", "云栖苑", "和园",
)  # fmt: skip
_NICKNAMES = (
    "爱喝茶的猫", "慢慢走", "小满", "山有木兮", "豆浆油条", "今天也要早睡", "阿柚", "南方的雪", "橘子汽水", "老周家的花", "一只鹿",
    "晚风", "竹里馆", "打卡小能手", "青团", "半糖去冰", "云朵面包", "行路人", "小院子", "米粒妈妈", "拾光", "北巷", "木木", "团子",
)  # fmt: skip


@dataclass(slots=True)
class Buyer:
    """Somebody who buys: a member once `member_id` is known, else a guest. `visitor` is the id his browser keeps."""

    name: str
    mobile: str
    nickname: str
    delivery: Delivery
    visitor: str
    network: str
    agent: str
    member_id: int | None = None
    orders: int = 0
    fondness: int = 1  # how often he comes back, compared with others
    numbers: list[str] = field(default_factory=list)  # his orders, where somebody will ask for them


class People:
    """Draws buyers. Numbers to call are of a range that nobody is given (1990000xxxx)."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._known = list(PROVINCES)
        self._weights = [people * fond for people, fond in PROVINCES.values()]
        self._numbers = list(range(10_000))
        chance.shuffle(self._numbers)

    def somebody(self) -> Buyer:
        """A new face."""
        chance = self._chance
        name = self._name()
        mobile = f"1990000{self._numbers.pop():04d}" if self._numbers else f"1990001{chance.randrange(10_000):04d}"
        return Buyer(
            name=name,
            mobile=mobile,
            nickname=self._nickname(name),
            delivery=self._home(name, mobile),
            visitor=token(chance),
            network=network(chance),
            agent=agent(chance),
            fondness=chance.choices((1, 3, 9), (70, 22, 8))[0],
        )

    def _name(self) -> str:
        given = _WOMEN if self._chance.random() < 0.62 else _MEN
        return self._chance.choice(_SURNAMES) + "".join(self._chance.sample(given, self._chance.choice((1, 2, 2))))

    def _nickname(self, name: str) -> str:
        if self._chance.random() < 0.45:
            return (
                f"{self._chance.choice(_NICKNAMES)}{self._chance.choice(('', '', str(self._chance.randrange(10, 99))))}"
            )
        return f"{name[0]}{self._chance.choice(('小姐', '先生', '同学', '女士'))}"

    def _home(self, name: str, mobile: str) -> Delivery:
        chance = self._chance
        province = chance.choices(self._known, self._weights)[0]
        cities = regions.cities(province)
        # the first city is the capital: more people, and more of them buy
        city = cities[0] if chance.random() < 0.38 else chance.choice(cities)
        district = chance.choice(regions.districts(province, city) or ("",))
        line = f"{chance.choice(_STREETS)} {chance.randrange(1, 399)} 号"
        if chance.random() < 0.75:
            line += f" {chance.choice(_ESTATES)} {chance.randrange(1, 24)} 幢 {chance.randrange(101, 2804)} 室"
        return Delivery(EXPRESS, name, mobile, province, city, district, line)


def token(chance: Chance) -> str:
    """An id as a browser makes it."""
    return f"{chance.getrandbits(80):020x}"


def network(chance: Chance) -> str:
    return f"{chance.choice((36, 58, 61, 101, 112, 114, 117, 119, 123, 183, 218, 222))}.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"  # noqa: E501


AGENTS = {
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.49": 31,
    "Mozilla/5.0 (Linux; Android 14; 23127PN0CC) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36": 34,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1": 14,
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0": 16,
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15": 5,
}


def agent(chance: Chance) -> str:
    return chance.choices(list(AGENTS), list(AGENTS.values()))[0]
