"""The sheets of what is to be made, on paper."""

from collections.abc import Sequence

from zhanggui.kernel.actor import Actor
from zhanggui.kernel.problems import ValidationFailed

from .. import papers, selectors
from ..permissions import VIEW, need


def print_sheets(codes: Sequence[str], *, actor: Actor) -> bytes:
    """Sheets (制作单) of the lines named by their codes that wait to be made; of all without any. They name no buyers.

    Raises PermissionDenied, ValidationFailed (nothing of it waits), NoChineseFont.
    """
    need(actor, VIEW)
    wanted = set(codes)
    found = [each for each in selectors.waiting(limit=300) if not wanted or each.code in wanted]
    if not found:
        raise ValidationFailed.one("codes", "nothing", "没有待制作的内容", "nothing of it is to be made")
    return papers.sheets(found)
