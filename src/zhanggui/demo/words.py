"""The words of the demo's help pages and articles, in both languages."""

from __future__ import annotations

from typing import NamedTuple

Pair = tuple[str, str]


class Page(NamedTuple):
    """A page in words."""

    slug: str
    topic: str
    title: Pair
    summary: Pair
    html_zh: str
    html_en: str


class Scene(NamedTuple):
    """A slide of the home page; `key` is its drawing's."""

    key: str
    title: Pair
    text: Pair
    button: Pair
    link: str


SCENES = (
    Scene(
        "tea", ("春茶到店", "Spring tea is here"),
        ("明前龙井、大红袍，和配得上它们的壶", "First-picked Longjing, Da Hong Pao, and pots to match"),
        ("去喝茶", "Have some tea"), "/c/teaware",
    ),
    Scene(
        "green", ("给家里添一点绿", "A little green at home"),
        ("绿萝、龟背竹，缓苗两周再发货", "Pothos and monstera, rested for two weeks before they travel"),
        ("挑一盆", "Choose one"), "/c/plants",
    ),
    Scene(
        "table", ("好好吃一顿饭", "A proper meal"),
        ("砂锅、面碗、马克杯，上桌就有样子", "Casseroles, noodle bowls and mugs that dress the table"),
        ("摆一桌", "Set the table"), "/c/kitchen",
    ),
    Scene(
        "scent", ("今晚早点回家", "Come home early tonight"), ("点一支蜡烛，泡一个澡", "Light a candle, run a bath"),
        ("闻一闻", "Breathe in"), "/c/scent",
    ),
    Scene(
        "gifts", ("提一篮山货去看人", "Bring a basket of the hills"),
        ("蜂蜜、核桃、花菇，手写卡片一张", "Honey, walnuts, shiitake and a handwritten card"),
        ("去备礼", "Find a gift"), "/c/pantry-goods",
    ),
)  # fmt: skip

HELPS = (
    Page(
        "shipping", "", ("配送与运费", "Delivery"), ("多久发货，运费多少", "How soon and how much"),
        "<p>付款后 24 小时内出库，最晚不超过 48 小时；节假日和大促期间会在首页公告。</p><p>满 99 元包邮，不满收取 8 元；"
        "新疆、西藏满 299 元包邮。"
        "默认由顺丰、京东、中通等承运，可以在订单页查看每一步物流。</p>",
        "<p>Orders leave within 24 hours of payment, 48 at the latest; the home page says when holidays or a sale make it longer.</p>"
        "<p>Delivery is free from ¥99 and costs ¥8 below; for Xinjiang and Tibet it is free from ¥299. SF, JD, ZTO and others "
        "carry your parcel, and the order page shows each step of its way.</p>",
    ),
    Page(
        "payment", "", ("付款方式", "Ways to pay"), ("支付宝、微信、云闪付与对公转账", "Alipay, WeChat, UnionPay, bank transfer"),
        "<p>支持支付宝、微信支付、云闪付和银行转账。下单后 30 分钟内完成付款，超时订单会自动取消并释放库存。</p>",
        "<p>Pay with Alipay, WeChat Pay, UnionPay or by bank transfer. An order waits 30 minutes for its payment; then it is cancelled "
        "and its goods are free again.</p>",
    ),
    Page(
        "coupons", "", ("优惠券怎么用", "Using coupons"), ("领取、使用与叠加规则", "How to claim, use and combine them"),
        "<p>在首页领券中心领取，结算时自动列出可用的券。每单限用一张，可以与满减叠加。取消订单后，未过期的券会退回卡包。</p>",
        "<p>Claim coupons on the home page; the checkout lists the ones that fit. One coupon an order, together with spend-and-save "
        "offers. If you cancel, a coupon that is still good returns to your wallet.</p>",
    ),
    Page(
        "returns", "", ("退货与退款", "Returns"), ("七天无理由，破损包赔", "Seven days, and breakage covered"),
        "<p>签收后七天内可无理由退货，商品需保持完好。质量问题、发错或破损，三十天内拍照申请，来回运费由我们承担。</p>"
        "<p>收到退货并验收后，当天原路退款；支付宝和微信一般几分钟到账，银行卡一至三个工作日。</p>",
        "<p>Send anything back within seven days of delivery if it is as new. For defects, wrong items or breakage you have thirty days: "
        "a photo is enough, and we pay both ways.</p><p>The money leaves the day we have checked the return: minutes for Alipay and "
        "WeChat, one to three working days for bank cards.</p>",
    ),
    Page(
        "invoice", "", ("发票", "Invoices"), ("电子普票与专票", "Electronic invoices"),
        "<p>订单完成后可在订单页申请电子发票，发送到您填写的邮箱。企业购买请联系客服登记抬头与税号。</p>",
        "<p>Ask for an electronic invoice on the order page once the order is complete. Companies please tell customer service their name "
        "and tax number.</p>",
    ),
    Page(
        "about", "", ("关于掌柜", "About us"), ("一家不存在的小店", "A shop that never was"),
        "<p>掌柜是一套开源商城的示例店铺：商品、品牌和订单都是虚构的，付款走模拟网关，不会产生真实扣款，也不会发出真实包裹。</p>",
        "<p>This is the demo of an open-source mall. Its goods, makers and orders are made up; payment goes through a simulated gateway, "
        "so no money moves and nothing is ever sent.</p>",
    ),
)  # fmt: skip

ARTICLES = (
    Page(
        "how-to-warm-a-new-teapot", "手记", ("新壶到家，先别急着泡茶", "Before the first brew in a new pot"),
        ("开壶三步：洗、煮、养", "Wash it, boil it, feed it"),
        "<p>新壶难免有窑灰和土气。先用清水冲净，再放进冷水锅里小火煮半小时，水开后加一把平时要泡的茶叶，煮十分钟关火，泡到水凉。</p>"
        "<p>往后专壶专茶，用完倒净茶渣、敞盖晾干。不要用洗洁精，也不用天天擦油，手心的温度就是最好的养护。</p>",
        "<p>A new pot carries dust from the kiln. Rinse it, lay it in cold water and simmer for half an hour; add a handful of the tea it "
        "is meant for, ten minutes more, then let everything cool together.</p><p>From then on give each pot one kind of tea, empty it "
        "after use and dry it open. No soap, no oil: the warmth of a hand is care enough.</p>",
    ),
    Page(
        "balcony-plants-for-beginners", "手记", ("北阳台也能养活的五盆绿", "Five plants for a north-facing balcony"),
        ("光不够，就选这些", "For places without sun"),
        "<p>龟背竹、虎皮兰、绿萝、一叶兰、蕨类，都能在散射光里长得很好。关键是少浇水：手指插进土里两个指节，干了再浇，浇就浇透。</p>"
        "<p>冬天夜里冷，花盆离窗一掌宽；空调房每天往叶面喷一次水，叶尖就不容易焦。</p>",
        "<p>Monstera, snake plant, pothos, cast-iron plant and ferns all thrive without direct sun. Water less than you think: when two "
        "knuckles of soil are dry, and then thoroughly.</p><p>On cold nights keep pots a hand's width from the window; in heated rooms a "
        "daily mist saves the leaf tips.</p>",
    ),
    Page(
        "one-drawer-a-day", "手记", ("一天只收拾一个抽屉", "One drawer a day"),
        ("收纳不是买更多盒子", "Tidying is not buying more boxes"),
        "<p>把抽屉倒空，只放回过去一个月用过的东西；剩下的先装进纸箱，写上日期。三个月没开过的箱子，大概可以送走了。</p>"
        "<p>最后才量尺寸、买分隔盒：先有东西，再有盒子。</p>",
        "<p>Empty a drawer and put back only what you used this month. Box the rest and write the date on it; what stays shut for three "
        "months may probably leave.</p><p>Measure and buy dividers last: first the things, then the boxes.</p>",
    ),
)  # fmt: skip
