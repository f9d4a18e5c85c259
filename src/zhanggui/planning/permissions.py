"""What staff roles can be allowed to do with replays."""

from zhanggui.kernel.i18n import Text

VIEW = "planning.view"
REPLAY = "planning.replay"

PERMISSIONS = {
    VIEW: Text("查看促销试算", "See replays of promotions"),
    REPLAY: Text("用历史订单试算促销", "Replay past orders under other promotions"),
}
