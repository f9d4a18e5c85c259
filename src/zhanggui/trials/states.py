"""The lives of trials and of applications. A live trial keeps its terms, so there is no way back."""

from zhanggui.kernel.states import Transitions

DRAFT, LIVE, DECIDED, CALLED_OFF = "draft", "live", "decided", "called_off"
STATES = (DRAFT, LIVE, DECIDED, CALLED_OFF)
TRIAL = Transitions({(DRAFT, "publish"): LIVE, (LIVE, "decide"): DECIDED, (LIVE, "call_off"): CALLED_OFF})

APPLIED, WON, LOST, LAPSED = "applied", "won", "lost", "lapsed"
OUTCOMES = (APPLIED, WON, LOST, LAPSED)
#: A piece that was won lapses with its order; `miss` is everybody who gets none.
APPLICATION = Transitions({(APPLIED, "win"): WON, (APPLIED, "miss"): LOST, (WON, "lapse"): LAPSED})
