"""Settings that belong to the mall as a whole."""

from . import workdays
from .i18n import Text
from .mall_settings import Setting

#: What the State Council ordered for 2026; the mall adds the years to come (工作日历).
_OFF_2026 = (
    ("2026-01-01", "2026-01-03", "元旦"),
    ("2026-02-15", "2026-02-23", "春节"),
    ("2026-04-04", "2026-04-06", "清明节"),
    ("2026-05-01", "2026-05-05", "劳动节"),
    ("2026-06-19", "2026-06-21", "端午节"),
    ("2026-09-25", "2026-09-27", "中秋节"),
    ("2026-10-01", "2026-10-07", "国庆节"),
)
_WORKED_2026 = (
    ("2026-01-04", "元旦"),
    ("2026-02-14", "春节"),
    ("2026-02-28", "春节"),
    ("2026-05-09", "劳动节"),
    ("2026-09-20", "国庆节"),
    ("2026-10-10", "国庆节"),
)

SETTINGS = [
    Setting("mall.name", "掌柜商城", "text", Text("商城名称", "Name of the mall")),
    Setting("mall.currency", "CNY", "text", Text("商城结算货币 (ISO 4217)", "Currency of the mall (ISO 4217)")),
    Setting(
        workdays.OFF,
        [{"from": first, "to": last, "name": name} for first, last, name in _OFF_2026],
        "json",
        Text("放假的日子（在「工作日历」里填写）", "Days off (typed in under Working days)"),
        check=workdays.fault,
    ),
    Setting(
        workdays.WORKED,
        [{"from": day, "to": day, "name": name} for day, name in _WORKED_2026],
        "json",
        Text("调休上班的周末（在「工作日历」里填写）", "Weekend days that are worked (typed in under Working days)"),
        check=workdays.fault,
    ),
]
