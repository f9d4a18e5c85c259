"""How presales stand, in words and colours."""

from __future__ import annotations

from zhanggui.kernel.i18n import Text

STAGES: dict[str, tuple[Text, str]] = {
    "draft": (Text("草稿", "Draft"), "neutral"),
    "scheduled": (Text("未开始", "Scheduled"), "info"),
    "deposit": (Text("定金期", "Deposits"), "good"),
    "between": (Text("等待尾款", "Before the balance"), "info"),
    "balance": (Text("尾款期", "Balances"), "good"),
    "ended": (Text("已结束", "Ended"), "neutral"),
    "called_off": (Text("已取消", "Called off"), "bad"),
}
#: How each of its two windows stands by the stage of the whole; what is not named stands as the whole does.
WINDOWS: dict[str, dict[str, str]] = {
    "deposits": {"between": "ended", "balance": "ended"},
    "balances": {"deposit": "scheduled", "between": "scheduled"},
}


def window_state(window: str, stage: str) -> tuple[Text, str]:
    return STAGES[WINDOWS[window].get(stage, stage)]
