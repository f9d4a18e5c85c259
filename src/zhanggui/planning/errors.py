"""What planning refuses, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class ReplayInterrupted(Problem):
    """The worker ended again and again while this replay ran."""

    code = "replay_interrupted"
    status = 409
    message = Text(
        "试算被中断了 {times} 次，已停止。请查看日志后再试",
        "The replay was interrupted {times} times and is given up; see the log, then try again",
    )
