"""English for the values the goods' attributes use, and what is asked of each attribute."""

from typing import NamedTuple

VALUES = {
    "材质": {
        "三合钢": "Three-layer steel", "不锈钢": "Stainless steel", "乌木": "Ebony", "亚麻": "Linen", "仿藤": "Resin wicker",
        "剑麻": "Sisal", "和纸": "Washi paper", "大豆蜡": "Soy wax", "宣纸": "Rice paper", "布面": "Cloth", "干花": "Dried flowers",
        "柚木": "Teak", "柳条": "Willow", "树脂": "Resin", "棉": "Cotton", "榉木": "Beech", "橡木": "Oak", "橡胶": "Rubber",
        "橡胶木": "Rubberwood", "毛毡": "Felt", "海草": "Seagrass", "灯芯绒": "Corduroy", "牛津布": "Oxford cloth",
        "狼毫": "Weasel hair", "珐琅": "Enamel", "白瓷": "White porcelain", "白蜡木": "Ash", "相思木": "Acacia", "石": "Stone",
        "碳钢": "Carbon steel", "竹": "Bamboo", "粗陶": "Stoneware", "紫砂": "Zisha clay", "纸": "Paper", "羊毛": "Wool",
        "羊毛毡": "Wool felt", "耐热陶": "Heat-proof clay", "聚酯纤维": "Polyester", "荷木": "Schima wood", "莱赛尔": "Lyocell",
        "藤": "Rattan", "蜂蜡": "Beeswax", "铁": "Iron", "铱金": "Iridium", "铸铁": "Cast iron", "镀锌铁皮": "Zinc-plated iron",
        "陶瓷": "Ceramic", "雪尼尔": "Chenille", "青瓷": "Celadon", "香木": "Fragrant wood", "高硼硅玻璃": "Borosilicate glass",
        "高粱": "Sorghum", "黄铜": "Brass", "黄麻": "Jute", "黑胡桃木": "Black walnut",
    },
    "工艺": {
        "一体成型": "Made in one piece", "人工吹制": "Hand blown", "刻花": "Carved", "双色釉": "Two glazes", "哑光釉": "Matt glaze",
        "手工制笔": "Brushes made by hand", "手工拉坯": "Thrown by hand", "手工捆扎": "Tied by hand", "手工编织": "Woven by hand",
        "手工装裱": "Mounted by hand", "手工雕刻": "Cut by hand", "手捏": "Pinched by hand", "手绘": "Painted by hand",
        "柴烧": "Wood fired", "浸釉": "Dipped", "砂模铸造": "Sand cast", "缝编": "Stitched rope", "薄胎": "Thin-walled",
        "釉下彩": "Underglaze colour", "釉下手绘": "Painted under the glaze", "铁斑釉": "Iron-spot glaze", "龙泉青釉": "Longquan celadon",
    },
    "产地": {
        "上海": "Shanghai", "云南勐海": "Menghai, Yunnan", "云南大理": "Dali, Yunnan", "云南昆明": "Kunming, Yunnan",
        "内蒙古鄂尔多斯": "Ordos, Inner Mongolia", "吉林白山": "Baishan, Jilin", "四川西昌": "Xichang, Sichuan",
        "宁夏中宁": "Zhongning, Ningxia", "安徽歙县": "She County, Anhui", "安徽泾县": "Jing County, Anhui",
        "山东临沂": "Linyi, Shandong", "山东滨州": "Binzhou, Shandong", "山东青州": "Qingzhou, Shandong", "山西朔州": "Shuozhou, Shanxi",
        "广东中山": "Zhongshan, Guangdong", "广东佛山": "Foshan, Guangdong", "广东广州": "Guangzhou, Guangdong",
        "广东汕头": "Shantou, Guangdong", "广东潮州": "Chaozhou, Guangdong", "广东阳江": "Yangjiang, Guangdong",
        "广东顺德": "Shunde, Guangdong", "广西南宁": "Nanning, Guangxi", "广西桂林": "Guilin, Guangxi", "广西横州": "Hengzhou, Guangxi",
        "新疆伊犁": "Ili, Xinjiang", "新疆和田": "Hetian, Xinjiang", "新疆喀什": "Kashgar, Xinjiang", "新疆阿克苏": "Aksu, Xinjiang",
        "江苏南通": "Nantong, Jiangsu", "江苏宜兴": "Yixing, Jiangsu", "江苏常熟": "Changshu, Jiangsu", "江苏苏州": "Suzhou, Jiangsu",
        "江西景德镇": "Jingdezhen, Jiangxi", "江西赣州": "Ganzhou, Jiangxi", "河北廊坊": "Langfang, Hebei", "河北河间": "Hejian, Hebei",
        "河北泊头": "Botou, Hebei", "河北清河": "Qinghe, Hebei", "浙江义乌": "Yiwu, Zhejiang", "浙江嘉兴": "Jiaxing, Zhejiang",
        "浙江安吉": "Anji, Zhejiang", "浙江嵊州": "Shengzhou, Zhejiang", "浙江庆元": "Qingyuan, Zhejiang", "浙江杭州": "Hangzhou, Zhejiang",
        "浙江永康": "Yongkang, Zhejiang", "浙江温州": "Wenzhou, Zhejiang", "浙江湖州": "Huzhou, Zhejiang", "浙江绍兴": "Shaoxing, Zhejiang",
        "浙江萧山": "Xiaoshan, Zhejiang", "浙江青田": "Qingtian, Zhejiang", "浙江龙泉": "Longquan, Zhejiang", "海南海口": "Haikou, Hainan",
        "湖南醴陵": "Liling, Hunan", "福建德化": "Dehua, Fujian", "福建武夷山": "Wuyishan, Fujian", "福建泉州": "Quanzhou, Fujian",
        "福建漳州": "Zhangzhou, Fujian", "辽宁沈阳": "Shenyang, Liaoning", "陕西岐山": "Qishan, Shaanxi",
        "黑龙江五常": "Wuchang, Heilongjiang", "黑龙江宝清": "Baoqing, Heilongjiang", "黑龙江尚志": "Shangzhi, Heilongjiang",
    },
    "适合": {
        "书房": "Study", "办公桌": "Desk", "卧室": "Bedroom", "客厅": "Living room", "待客": "Guests", "收藏": "Collectors",
        "浴室": "Bathroom", "玄关": "Hallway", "自用": "Every day", "送礼": "Gifts", "阳台": "Balcony",
    },
    "保养": {
        "倒空晾干": "Empty and let dry", "可进洗碗机": "Dishwasher safe", "吸尘，避免水洗": "Vacuum, do not wash",
        "外套可机洗": "Cover is machine washable", "局部擦洗": "Spot clean", "干布擦拭": "Wipe with a dry cloth", "干洗": "Dry clean",
        "手洗": "Wash by hand", "手洗擦干": "Wash by hand and dry", "撑开晾干": "Dry open", "擦干，定期上木蜡油": "Dry; renew the wood wax now and then",
        "擦干，避免暴晒": "Dry; keep out of strong sun", "擦干上油": "Dry and oil", "机洗，低温烘干": "Machine wash, tumble dry low",
        "机洗轻柔": "Machine wash, gentle", "清水冲洗，不用洗洁精": "Rinse with water, no detergent",
        "清水洗净，悬挂晾干": "Rinse and hang to dry", "湿布擦拭": "Wipe with a damp cloth", "用后倒空擦干": "Empty and wipe after use",
        "用后洗净，不留宿墨": "Wash after use, leave no ink", "自然晾凉后清洗": "Let cool before washing", "阴干通风": "Air dry in the shade",
    },
    "茶类": {"乌龙茶": "Oolong", "红茶": "Black tea", "绿茶": "Green tea", "花茶": "Flower tea", "黑茶": "Dark tea"},
    "保质期": {
        "12 个月": "12 months", "18 个月": "18 months", "24 个月": "24 months", "30 天": "30 days", "36 个月": "36 months",
        "45 天": "45 days", "6 个月": "6 months", "9 个月": "9 months", "长期存放": "Keeps for years",
    },
    "贮存": {"密封冷藏": "Sealed, in the fridge", "阴凉干燥": "Cool and dry"},
    "光照": {"充足阳光": "Full sun", "散射光": "Indirect light", "明亮散射光": "Bright indirect light", "耐阴": "Shade"},
    "浇水": {
        "一周浸盆": "Soak weekly", "一月一次": "Once a month", "两周换水": "Fresh water every fortnight", "保持微湿": "Keep slightly moist",
        "十天一次": "Every ten days", "半月一次": "Every fortnight", "见干浇透": "Soak when dry", "见干见湿": "When the surface is dry",
    },
    "养护难度": {"新手友好": "Easy", "需要一点耐心": "Wants a little patience"},
    "适用炉灶": {"明火": "Flame", "烤箱": "Oven", "电磁炉": "Induction", "电陶炉": "Ceramic hob"},
    "填充": {"羽绒": "Down", "聚酯纤维": "Polyester", "荞麦壳": "Buckwheat husks"},
    "纸张": {
        "半生熟宣": "Half-sized rice paper", "棉浆纸 120 g": "Cotton paper, 120 g", "棉浆纸 250 g": "Cotton paper, 250 g",
        "道林纸 100 g": "Woodfree paper, 100 g", "道林纸 80 g": "Woodfree paper, 80 g",
    },
    "香调": {
        "无香": "Unscented", "木质": "Woody", "柑橘": "Citrus", "檀香": "Sandalwood", "沉香": "Agarwood", "海洋": "Marine",
        "烟熏": "Smoky", "绿叶": "Green", "花香": "Floral", "茶香": "Tea", "草本": "Herbal",
    },
    "口味": {
        "原味": "Plain", "咸鲜": "Savoury", "微咸": "Lightly salted", "果酸": "Fruity", "混合": "Mixed", "甜咸": "Sweet and salty",
        "花蜜": "Honey", "花香": "Floral", "酸甜": "Sweet and sour",
    },
}  # fmt: skip


class Trait(NamedTuple):
    """What products say about themselves. Without a `shelf` it is asked of all."""

    name: str
    en: str
    kind: str
    unit: str = ""
    filterable: bool = False
    shelf: str = ""


TRAITS = (
    Trait("材质", "Material", "multi", filterable=True),
    Trait("茶类", "Kind of tea", "choice", filterable=True, shelf="teaware"),
    Trait("光照", "Light", "choice", filterable=True, shelf="plants"),
    Trait("浇水", "Watering", "choice", shelf="plants"),
    Trait("养护难度", "Care", "choice", filterable=True, shelf="plants"),
    Trait("株高", "Height of the plant", "number", "cm", shelf="plants"),
    Trait("适用炉灶", "Hobs", "multi", filterable=True, shelf="kitchen"),
    Trait("填充", "Filling", "choice", filterable=True, shelf="textile"),
    Trait("纸张", "Paper", "choice", filterable=True, shelf="stationery"),
    Trait("页数", "Pages", "number", shelf="stationery"),
    Trait("香调", "Scent", "multi", filterable=True, shelf="scent"),
    Trait("燃烧时间", "Burning time", "number", "h", shelf="scent"),
    Trait("口味", "Taste", "choice", filterable=True, shelf="pantry-goods"),
    Trait("净含量", "Net weight", "number", "g"),
    Trait("容量", "Capacity", "number", "ml"),
    Trait("工艺", "Craft", "choice"),
    Trait("尺寸", "Size", "text"),
    Trait("适合", "Good for", "multi", filterable=True),
    Trait("产地", "Made in", "choice"),
    Trait("保质期", "Keeps for", "choice"),
    Trait("贮存", "Storage", "choice"),
    Trait("保养", "Care of the material", "choice"),
)
