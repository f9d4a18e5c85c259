"""What a desk (one gateway's counter) must be able to do."""

from collections.abc import Callable
from sqlite3 import Row
from typing import Protocol

from zhanggui.kernel.simulating import Answered as Answered
from zhanggui.kernel.simulating import Asked as Asked
from zhanggui.kernel.simulating import Letter as Letter


class Desk(Protocol):
    name: str

    def answer(self, asked: Asked) -> Answered: ...

    def letter(self, kind: str, notice_id: str, trade: Row, refund: Row | None, forge: str) -> Letter:
        """The signed notification. `forge` bends it: `signature` (altered after signing) or `amount` (signed, but wrong)."""
        ...

    def acknowledged(self, status: int, body: bytes) -> bool: ...


#: Shows the buyer's page for a trade (`trade` row, note) as HTML.
ShowPage = Callable[[Row, str], bytes]
