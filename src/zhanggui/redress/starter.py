"""The playbook a new mall begins with. Points are worth what the mall says; money is in minor units of its currency."""

from typing import Any

from .types import PlayDraft


def _points(usual: int, free: int, most: int) -> dict[str, Any]:
    return {"kind": "points", "usual": usual, "free": free, "most": most}


def _money(usual: int, free: int, most: int, share: int) -> dict[str, Any]:
    return {"kind": "refund", "usual": usual, "free": free, "most": most, "most_bp": share}


_FREIGHT: dict[str, Any] = {"kind": "freight"}

STARTER: dict[str, PlayDraft] = {
    "late-sorry": PlayDraft(
        "late",
        "发货或配送比承诺晚", "您的包裹比我们说的晚了，让您久等，真的很抱歉。我已经催了仓库和快递，今天之内告诉您最新位置。",
        "Later than promised", "Your parcel is later than we said, and I am sorry that you had to wait. I have asked the warehouse and the carrier and will tell you today where it is.",
        "先看发货时限和物流，再回复；不要报没有把握的时间。未发货的，先问仓库今天能否发出。",
        "Look at the deadline and the tracking before you answer; name no hour you are not sure of. If it has not left, ask the warehouse first.",
        options=(_points(500, 1000, 3000), _FREIGHT),
    ),
    "lost-parcel": PlayDraft(
        "lost",
        "包裹丢失或久无更新", "包裹多日没有更新，我们已经向快递追查，不用您自己去问。确认丢失后，我们马上为您退款或补寄，由您决定。",
        "Lost, or silent for days", "Your parcel has had no news for days. We are chasing it with the carrier, you need not. Once it is lost we refund it or send it again, as you wish.",
        "先开追件，按到期日跟进；确认丢件后先服务买家，再向承运商索赔。",
        "Open a chase first and keep its dates. Once it is lost, serve the buyer first, then claim from the carrier.",
        options=(_points(1000, 2000, 5000), _FREIGHT),
    ),
    "damaged-arrival": PlayDraft(
        "damaged",
        "收到时破损", "收到破损的商品一定很扫兴，非常抱歉。请拍下外箱、面单和破损处各一张，我们收到后立刻处理，您不需要承担任何费用。",
        "Arrived damaged", "A damaged parcel is no joy, and I am sorry. Please photograph the box, its label and the damage; we act at once and it costs you nothing.",
        "三张照片是向承运商索赔的依据。可用的轻微破损，可给部分退款；不能用的走退货退款或换货。",
        "The three photographs are what the claim rests on. Where it can be used, give part of the money back; where not, take it back.",
        options=(_money(500, 1000, 5000, 3000), _points(500, 1000, 3000)),
    ),
    "wrong-item": PlayDraft(
        "wrong_item",
        "发错商品", "是我们发错了，给您添麻烦了。请先不要拆用，我安排取回并重发正确的商品，往返运费都由我们承担。",
        "Wrong item", "That was our mistake, and I am sorry for the trouble. Please leave it unused: we collect it and send the right one, and pay both ways.",
        "同时告诉仓库核对同一批订单。责任判给仓库。",
        "Have the warehouse check the orders packed beside it. The warehouse answers for it.",
        options=(_points(500, 1000, 3000), _FREIGHT),
    ),
    "missing-part": PlayDraft(
        "missing",
        "少件或漏发配件", "抱歉，少给您装了东西。请告诉我缺的是哪一件，我们马上补寄，或者把这部分钱退给您。",
        "A part is missing", "I am sorry that something was left out. Tell me which piece, and we send it at once, or give you that part of the money back.",
        "先查打包称重记录；重量相符的请买家再找一次包装夹层。",
        "Look at the weight at the packing table first; where it fits, ask the buyer to look into the wrapping again.",
        options=(_money(300, 1000, 5000, 5000), _points(300, 800, 2000)),
    ),
    "quality-small": PlayDraft(
        "quality",
        "质量问题（小额订单）", "商品没有达到您和我们的期望，对不起。您可以退货退款；如果愿意留下，我们补偿您一部分。",
        "Quality (small orders)", "It is not as good as you and we expected, and I am sorry. You may send it back; if you would rather keep it, we give part of the money back.",
        "记下批次与照片，同一商品一周三次以上告诉编辑和采购。责任判给供应商。",
        "Note the batch and keep the photographs; three within a week go to the editor and purchasing. The supplier answers for it.",
        max_total=30_000, options=(_money(500, 1000, 3000, 3000), _points(500, 1000, 3000)),
    ),
    "quality-large": PlayDraft(
        "quality",
        "质量问题（大额订单）", "商品没有达到期望，非常抱歉。我是您这件事的负责人，会一直跟到解决。您可以退货退款，或留下并由我们补偿。",
        "Quality (large orders)", "It is not as it should be, and I am sorry. I stay with this until it is settled. Send it back, or keep it and be compensated.",
        "一位客服负责到底，24 小时内给方案；超出额度交主管审批。",
        "One colleague stays with it and offers a solution within a day; beyond the limit a manager decides.",
        min_total=30_000, options=(_money(2000, 3000, 20_000, 3000), _points(2000, 3000, 10_000)),
    ),
    "description": PlayDraft(
        "description",
        "与页面描述不符", "感谢您指出来，页面写得不准确，是我们的问题。我们马上改正；您可以退货退款，或留下并获得补偿。",
        "Not as described", "Thank you for telling us: the page was not right, and that is our fault. We correct it; send the goods back, or keep them and be compensated.",
        "当天交编辑改页面，改好后回复买家。",
        "The editor corrects the page today; tell the buyer when it is done.",
        options=(_money(300, 1000, 5000, 2000), _points(500, 1000, 3000)),
    ),
    "rude-service": PlayDraft(
        "rude",
        "客服或快递态度不好", "这样的对待不应该发生，我代表商城向您道歉，也谢谢您告诉我们。我会转达并核实，结果今天回复您。",
        "Somebody was rude", "You should not have been treated so. I apologise for the mall and thank you for telling us. I look into it and answer today.",
        "不解释、不辩解；查聊天或通话记录，转给主管。",
        "Do not explain or defend; read the conversation and hand it to a manager.",
        options=(_points(500, 1000, 3000),),
    ),
    "price-dropped": PlayDraft(
        "price",
        "买后降价或别处更便宜", "看到降价心里不舒服，我理解。符合价保的，系统会把差价退给您；不符合的，我们也愿意表示一点心意。",
        "It costs less now", "I understand that this annoys you. Where our price guarantee applies the difference comes back by itself; where not, please take a small thank-you.",
        "先看价保是否适用，差价走价保，不要用补偿代替。",
        "Look whether the price guarantee applies first; a difference goes that way and not through compensation.",
        options=(_points(300, 500, 2000),),
    ),
    "out-of-stock": PlayDraft(
        "out_of_stock",
        "付款后缺货", "您要的商品被订完了，没能及时更新库存是我们的疏忽。您可以等、换一款，或者马上退款，都按您的意思办。",
        "Out of stock after payment", "It is sold out and we had not noticed in time: our mistake. Wait, take another, or have your money back at once: as you wish.",
        "走「无法发货」登记，让买家在订单页自己选；补偿只作歉意。",
        "Report it as “cannot ship”, so that the buyer chooses on his order's page; a compensation only says sorry.",
        options=(_points(500, 1000, 3000),),
    ),
}  # fmt: skip
