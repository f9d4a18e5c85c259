"""What replenishment refuses, each with a stable code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.problems import Problem


class RoundUnderWay(Problem):
    """A round of forecasts waits or runs already."""

    code = "forecast_under_way"
    status = 409
    message = Text("预测正在进行，请等它结束", "A round of forecasts is under way; wait until it has ended")


class LibraryMissing(Problem):
    """The forecasting library is not installed and could not be fetched."""

    code = "forecast_library_missing"
    status = 503
    message = Text(
        "预测程序库未能安装（{reason}）。请在服务器上运行 ./zhanggui install forecast 后重试",
        "The forecasting library could not be installed ({reason}); run ./zhanggui install forecast on the server, then try again",
    )


class ForecastFailed(Problem):
    """The forecasting process ended without an answer."""

    code = "forecast_failed"
    status = 500
    message = Text(
        "预测程序出错（{reason}），详情见日志", "The forecasting process failed ({reason}); the log has the details"
    )
