"""The life of a campaign. Each write is conditional on the old state."""

from zhanggui.kernel.states import Transitions

DRAFT, ANNOUNCED, RUNNING, ENDED = "draft", "announced", "running", "ended"
STATES = (DRAFT, ANNOUNCED, RUNNING, ENDED)
#: `start` is the clock's; `end` the clock's or somebody's.
CAMPAIGN = Transitions(
    {
        (DRAFT, "announce"): ANNOUNCED,
        (ANNOUNCED, "start"): RUNNING,
        (DRAFT, "end"): ENDED,
        (ANNOUNCED, "end"): ENDED,
        (RUNNING, "end"): ENDED,
    }
)

AGREED, SHOWN, OVER, CANCELLED = "agreed", "shown", "over", "cancelled"
SPONSORED = (AGREED, SHOWN, OVER, CANCELLED)
#: `show` and `finish` are the clock's.
SPONSORSHIP = Transitions(
    {
        (AGREED, "show"): SHOWN,
        (AGREED, "finish"): OVER,
        (SHOWN, "finish"): OVER,
        (AGREED, "cancel"): CANCELLED,
        (SHOWN, "cancel"): CANCELLED,
    }
)
