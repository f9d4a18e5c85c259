"""The life of a promotion. What is ended stays ended; make a new one instead."""

from zhanggui.kernel.states import Transitions

DRAFT = "draft"
LIVE = "live"
PAUSED = "paused"
ENDED = "ended"
STATES = (DRAFT, LIVE, PAUSED, ENDED)

TRANSITIONS = Transitions(
    {
        (DRAFT, "publish"): LIVE,
        (LIVE, "pause"): PAUSED,
        (PAUSED, "resume"): LIVE,
        (DRAFT, "end"): ENDED,
        (LIVE, "end"): ENDED,
        (PAUSED, "end"): ENDED,
    }
)
