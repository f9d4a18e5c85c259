"""The life of a draw. A live one keeps its terms, so there is no way back."""

from zhanggui.kernel.states import Transitions

DRAFT, LIVE, ENDED = "draft", "live", "ended"
STATES = (DRAFT, LIVE, ENDED)
DRAW = Transitions({(DRAFT, "publish"): LIVE, (LIVE, "end"): ENDED})
