"""The replay itself, pure: past sales in, figures out. No Django, no database, no clock.

`Till` judges one sale after another under the proposal and keeps its limits; `Tally` adds up what came of it beside what
really was. Both hold the same however many orders there are; only limits for each buyer are remembered by buyer.
"""

from .tally import Tally
from .till import Judgement, Till
from .values import Given, GoodsFact, Proposed, Sale, SoldLine

__all__ = ["Given", "GoodsFact", "Judgement", "Proposed", "Sale", "SoldLine", "Tally", "Till"]
