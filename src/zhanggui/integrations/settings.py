"""The numbers of imports and their pictures."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.mall_settings import Setting

SETTINGS = [
    Setting(
        "pictures.allow_private",
        False,
        "bool",
        Text("允许从内网地址抓取图片（仅测试用）", "Allow pictures from private addresses (for trials only)"),
    ),
    Setting(
        "pictures.seconds",
        30,
        "int",
        Text("抓取一张图片最多用多少秒", "Longest time for one picture in seconds"),
        1,
        300,
    ),
    Setting(
        "imports.batch", 500, "int", Text("导入时每个事务的记录数", "Records per transaction of an import"), 1, 5000
    ),
    Setting(
        "imports.upload_mb",
        512,
        "int",
        Text("一次上传的导入文件合计最多多少 MB", "Largest size of the files of one uploaded import together, in MB"),
        1,
        4096,
    ),
    Setting(
        "imports.keep_days",
        90,
        "int",
        Text("上传的导入文件与逐行报告保留多少天", "Days that uploaded files and row reports of imports are kept"),
        1,
        3650,
    ),
]
