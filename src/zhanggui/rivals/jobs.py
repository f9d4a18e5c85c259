"""Timers of competitors' prices."""

from zhanggui.kernel.jobs import periodic

from . import services


@periodic("15 6 * * *", name="rivals.judge")
def judge(timestamp: int) -> None:
    services.judge_all()
