"""The shop itself: its shelves, its makers, and what it tells buyers of every shelf."""

from typing import NamedTuple

from zhanggui.kernel.i18n import Text

from .model import Maker, Shelf

NAME = Text("掌柜小铺", "The Shopkeeper's")

SHELVES = (
    Shelf("teaware", "TE", "茶与茶具", "Tea & Teaware", room="tea"),
    Shelf("tea", "TE01", "茶叶", "Tea", "teaware"),
    Shelf("tea-pots", "TE02", "茶壶盖碗", "Teapots & Gaiwans", "teaware"),
    Shelf("tea-cups", "TE03", "茶杯分茶", "Cups & Pitchers", "teaware"),
    Shelf("tea-tools", "TE04", "茶盘茶器", "Trays & Tools", "teaware"),
    Shelf("plants", "PL", "绿植花器", "Plants & Vases", room="plants"),
    Shelf("indoor-plants", "PL01", "室内绿植", "Indoor Plants", "plants"),
    Shelf("flowers", "PL02", "花卉多肉", "Flowers & Succulents", "plants"),
    Shelf("vases", "PL03", "花瓶花器", "Vases", "plants"),
    Shelf("garden", "PL04", "园艺用品", "Gardening", "plants"),
    Shelf("kitchen", "KI", "厨房餐桌", "Kitchen & Table", room="kitchen"),
    Shelf("tableware", "KI01", "碗盘餐具", "Bowls & Plates", "kitchen"),
    Shelf("drinkware", "KI02", "杯子水具", "Mugs & Glasses", "kitchen"),
    Shelf("knives", "KI03", "刀具砧板", "Knives & Boards", "kitchen"),
    Shelf("cookware", "KI04", "锅具厨具", "Cookware", "kitchen"),
    Shelf("textile", "TX", "家居织物", "Home Textiles", room="textile"),
    Shelf("cushions", "TX01", "抱枕毯子", "Cushions & Throws", "textile"),
    Shelf("bedding", "TX02", "床上用品", "Bedding", "textile"),
    Shelf("towels", "TX03", "毛巾布品", "Towels & Cloth", "textile"),
    Shelf("rugs", "TX04", "地毯窗帘", "Rugs & Curtains", "textile"),
    Shelf("stationery", "PA", "文房纸品", "Paper & Ink", room="paper"),
    Shelf("notebooks", "PA01", "笔记本册", "Notebooks", "stationery"),
    Shelf("ink", "PA02", "笔墨砚印", "Brush & Ink", "stationery"),
    Shelf("paper-goods", "PA03", "纸品雅玩", "Paper Goods", "stationery"),
    Shelf("desk", "PA04", "案头用品", "Desk", "stationery"),
    Shelf("scent", "SC", "香氛洗护", "Scent & Care", room="scent"),
    Shelf("candles", "SC01", "香薰蜡烛", "Candles", "scent"),
    Shelf("incense", "SC02", "扩香线香", "Diffusers & Incense", "scent"),
    Shelf("care", "SC03", "洗护", "Soap & Care", "scent"),
    Shelf("pantry-goods", "SN", "零食干货", "Pantry & Snacks", room="snack"),
    Shelf("nuts", "SN01", "坚果炒货", "Nuts", "pantry-goods"),
    Shelf("fruit", "SN02", "果干蜜饯", "Dried Fruit", "pantry-goods"),
    Shelf("pantry", "SN03", "粮油调味", "Pantry", "pantry-goods"),
    Shelf("pastry", "SN04", "糕点礼盒", "Cakes & Gift Boxes", "pantry-goods"),
    Shelf("storage", "ST", "收纳日用", "Storage & Home", room="storage"),
    Shelf("baskets", "ST01", "篮筐罐盘", "Baskets & Jars", "storage"),
    Shelf("boxes", "ST02", "箱柜架钩", "Boxes & Racks", "storage"),
    Shelf("cleaning", "ST03", "清洁用品", "Cleaning", "storage"),
    Shelf("daily", "ST04", "生活小物", "Everyday Things", "storage"),
)

MAKERS = (
    Maker("banshan", "半山窑", "Banshan Kiln", "山腰上的一座小窑，三位画工、两位拉坯师傅。只做茶器和花器，一个月开两次窑。",
          "A small kiln halfway up a hill: three painters, two throwers. They make tea ware and vases only and open the kiln twice a month."),
    Maker("taoye", "陶野", "Taoye", "几个学陶的年轻人，喜欢粗泥、灰釉和不太规矩的形状。每件器底都有一枚小小的野字。",
          "Young potters who like coarse clay, ash glaze and shapes that are not quite regular. Look for the small mark under each foot."),
    Maker("xishang", "溪上茶社", "Xishang Tea", "从茶农手里直接收茶，一款茶只做一个山场。每批都留样，喝到不对可以寄回来换。",
          "Tea bought from growers, one hillside to one tea. A sample of every batch is kept; send back what does not taste right."),
    Maker("zhujian", "竹间", "Zhujian Bamboo", "竹乡的编织合作社，二十几位阿姨。砍竹、破篾、编织都在一个村子里完成。",
          "A weaving cooperative in bamboo country. Cutting, splitting and weaving happen in one village."),
    Maker("qingyu", "青屿植物", "Qingyu Plants", "自己的温室，自己的车。植物缓苗满两周才上架，到家不服水土，我们赔一株。",
          "Their own greenhouse, their own vans. Plants rest two weeks before they are sold; if one fails to settle, it is replaced."),
    Maker("zaojian", "灶间", "Zaojian Kitchen", "做了二十年出口厨具的小厂，现在把同样的东西卖给自己人。",
          "A small works that exported kitchenware for twenty years and now sells the same at home."),
    Maker("youfang", "有方木作", "Youfang Woodwork", "榫卯做家具的师傅，下脚料舍不得扔，就有了这些小件。",
          "Joiners who could not throw their offcuts away; these small things are what became of them."),
    Maker("mianxu", "棉叙", "Mianxu Textiles", "纺、织、染、缝在一条街上。布先洗再裁，尺寸才不会骗人。",
          "Spinning, weaving, dyeing and sewing in one street. Cloth is washed before it is cut, so sizes tell the truth."),
    Maker("zhishang", "纸上春", "Paper Spring", "一间装订作坊，一台老凸版机。相信写下来的东西比较作数。",
          "A bindery with an old letterpress, in the belief that written things count for more."),
    Maker("mochi", "墨池坊", "Mochi Studio", "笔、墨、砚、印，各请一位做了半辈子的师傅。东西不多，每样都用得久。",
          "Brush, ink, stone and seal, each from somebody who has done nothing else for half a life."),
    Maker("wenshan", "闻山", "Wenshan", "把山里的气味装进瓶子。配方表写在盒底，不好闻的不做。",
          "The smells of the hills in bottles. Every formula is printed under the box."),
    Maker("shanhuo", "山货铺子", "Hill Provisions", "跟着时令走，当季收、当季卖。每一袋都写着哪座山、哪一天。",
          "What the season gives, sold in season. Every bag says which hill and which day."),
    Maker("guixia", "归匣", "Guixia", "相信每样东西都有自己的位置。收纳的尺寸按常见的柜子来定。",
          "Everything has its place. Their sizes follow the cupboards people own."),
)  # fmt: skip


class Question(NamedTuple):
    ask: Text
    answer: Text


QUESTIONS: dict[str, tuple[Question, ...]] = {
    "teaware": (
        Question(Text("新茶器要怎么开？", "How do I prepare new tea ware?"), Text("温水洗净，用茶汤煮二十分钟或泡一夜，再清水冲过就可以用。", "Wash it in warm water, simmer it in tea for twenty minutes or leave it overnight, rinse, and use it.")),
        Question(Text("收到有破损怎么办？", "What if it arrives broken?"), Text("签收后四十八小时内拍照联系我们，直接补发，碎的不用寄回。", "Send a photo within forty-eight hours and we send another; keep the pieces.")),
    ),
    "plants": (
        Question(Text("路上会不会冻坏、闷坏？", "Will it survive the journey?"), Text("零度以下加暖宝宝，三十五度以上加冰袋，开箱先放阴凉处缓三天。", "Below freezing we add warmers, above 35 °C ice. Let it rest in the shade for three days.")),
        Question(Text("叶子黄了正常吗？", "Is a yellow leaf normal?"), Text("换环境后掉一两片老叶是正常的。七天内枯死，拍照就补发。", "One or two old leaves may drop. If it dies within seven days, a photo brings you a new one.")),
    ),
    "kitchen": (
        Question(Text("能进洗碗机、微波炉吗？", "Dishwasher or microwave?"), Text("陶瓷和玻璃可以；有金属、木头、珐琅的请手洗。以详情里的保养为准。", "Ceramic and glass may; wash metal, wood and enamel by hand. The care line of each product decides.")),
        Question(Text("木器发白怎么办？", "The wood looks pale?"), Text("擦一层食品级木蜡油，放一夜再擦干。", "Rub in food-safe wood wax and wipe it off the next morning.")),
    ),
    "textile": (
        Question(Text("会不会缩水、掉色？", "Does it shrink or run?"), Text("布都预缩过，第一次请单独冷水洗。深色会有一点浮色，两次以后就没有了。", "All cloth is pre-shrunk. Wash it cold by itself first; dark colours lose a little twice.")),
        Question(Text("尺寸怎么选？", "Which size?"), Text("床品按床垫的宽选；拿不准可以留言，我们帮你算。", "Choose bedding by the width of the mattress, or ask us.")),
    ),
    "stationery": (
        Question(Text("钢笔会不会洇？", "Does fountain pen ink bleed?"), Text("道林纸八十克以上都试过市面十几种墨水，不洇不透；宣纸请用毛笔。", "Our 80 g and 100 g papers were tried with a dozen inks. Rice paper is for brushes.")),
        Question(Text("可以刻字、定制吗？", "Can it be engraved?"), Text("印章、钢笔可以，下单时留言要刻的字，三个工作日完成，定制的不支持无理由退货。", "Seals and pens can; leave the words with your order. It takes three days, and engraved goods cannot be returned at will.")),
    ),
    "scent": (
        Question(Text("孕妇、宠物能用吗？", "Is it safe for pregnancy and pets?"), Text("请选无香的款式，并保持通风；不确定就先问医生。", "Choose the unscented kinds and keep a window open; ask a doctor when in doubt.")),
        Question(Text("蜡烛为什么会挖坑？", "Why does the candle tunnel?"), Text("第一次点的时间太短。用锡纸围住杯口烧一小时，就能救回来。", "It was put out too early the first time. Wrap foil around the rim for an hour to mend it.")),
    ),
    "pantry-goods": (
        Question(Text("是新货吗？", "How fresh is it?"), Text("每袋都印着生产日期，出库时剩余保质期不少于三分之二。", "The date is on every bag, and at least two thirds of the time is left when it leaves us.")),
        Question(Text("食品能退吗？", "Can food be returned?"), Text("未拆封七天内可退；拆开后发现变质，拍照即赔。", "Unopened, within seven days. If it is spoilt, a photo is enough.")),
    ),
    "storage": (
        Question(Text("尺寸准吗？", "Are the sizes exact?"), Text("手编的会有一两厘米出入，木器误差在两毫米以内。", "Hand-woven goods vary by a centimetre or two, wood by two millimetres.")),
        Question(Text("有味道怎么办？", "It smells?"), Text("天然材料会有草木味，通风处放两三天就散了。", "Natural materials smell of grass and wood; two or three airy days and it is gone.")),
    ),
}  # fmt: skip

AFTER_SALES = Text(
    "七天无理由退货（生鲜植物、拆封食品、定制品除外），质量问题来回运费由我们承担。工作日十六点前付款当天发出，满 99 元包邮。签收时请当面验货，有破损拍照联系客服。",
    "Return it within seven days without giving a reason, save for living plants, opened food and goods made to order. If it is our fault we pay both ways. Paid by four on a working day, it leaves the same day; free delivery from ¥99. Please look at the parcel when it arrives and send us a photo of any damage.",
)
