"""What staff may be allowed to do about what the mall says."""

from zhanggui.kernel.i18n import Text

VIEW = "pledges.view"
CHECK = "pledges.check"
SIGN = "pledges.sign"
EXPLAIN = "pledges.explain"

PERMISSIONS = {
    VIEW: Text("查看说到做到检查", "See where words and deeds differ"),
    CHECK: Text("立即运行说到做到检查", "Run that check now"),
    EXPLAIN: Text("说明价格合规风险", "Explain findings about prices"),
    SIGN: Text("指定促销核对人、核对促销", "Name who looks a promotion over, and look it over"),
}
