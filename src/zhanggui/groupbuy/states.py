"""The life of an offer, and of a group. Each write is conditional on the old state."""

from zhanggui.kernel.states import Transitions

DRAFT, LIVE, ENDED = "draft", "live", "ended"
OFFER_STATES = (DRAFT, LIVE, ENDED)
#: A live offer keeps its terms: what was promised to those who invited others does not change. Make a new one instead.
OFFER = Transitions({(DRAFT, "publish"): LIVE, (DRAFT, "end"): ENDED, (LIVE, "end"): ENDED})

WAITING, OPEN, FULL, FAILED = "waiting", "open", "full", "failed"
GROUP_STATES = (WAITING, OPEN, FULL, FAILED)
GROUP = Transitions(
    {
        (WAITING, "open"): OPEN,  # whoever began it has paid
        (WAITING, "drop"): FAILED,  # and this one never did
        (OPEN, "fill"): FULL,
        (OPEN, "fail"): FAILED,
    }
)
