"""`/office/components`: every component with its call, for those who build further. What is shown is what stands in
`ui/templates/ui/examples/`: the text on the page is the text that was run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from markupsafe import Markup

from zhanggui.backoffice.access import staff
from zhanggui.kernel import clock
from zhanggui.kernel.i18n import Text
from zhanggui.ui import environment, page
from zhanggui.ui.forms import FormState
from zhanggui.ui.language import t

FOLDER = "ui/examples/"
#: The groups in the order of the page: what stands in each, and what to know about it.
GROUPS: list[tuple[str, Text, list[tuple[str, Text]]]] = [
    ("actions", Text("操作", "Actions"), [
        ("button", Text("一页一个主按钮；提交后自动防重复", "One primary a page; a submitted form cannot be sent twice")),
        ("button_sizes", Text("尺寸、链接、只有图标（要有 label）", "Sizes, links, icon alone (needs a label)")),
        ("menu", Text("元素 {label, href 或 post, icon, danger, confirm}；None 是分隔线",
                      "Items {label, href or post, icon, danger, confirm}; None is a rule")),
    ]),
    ("marks", Text("标记", "Marks"), [
        ("badge", Text("neutral、good、warn、bad、info、sale", "neutral, good, warn, bad, info, sale")),
        ("price", Text("金额为最小单位；划线价须有依据", "In minor units; a struck price must be lawful")),
        ("marks", Text("评分、头像、复制、图标", "Rating, avatar, copy, icon")),
        ("countdown", Text("没有脚本时显示剩余时间", "Without scripts: the time left")),
        ("formats", Text("所有数字与时间都经过它们", "Every figure and time goes through these")),
    ]),
    ("forms", Text("表单", "Forms"), [
        ("field", Text("值来自 FormState，密码从不回填", "Values come from FormState; passwords never come back")),
        ("choice", Text("下拉、勾选、开关、单选、多选", "Select, check, switch, radio, several")),
        ("choice_cards", Text("每项可带一句说明", "Each with a line of its own")),
        ("file", Text("可拖放、预览、移除", "Drop, see, take out")),
        ("quantity", Text("数量", "How many")),
        ("errors", Text("错误在表单上方和字段旁，内容不丢", "Above the form and at the field; nothing typed is lost")),
    ]),
    ("ways", Text("导航", "Ways"), [
        ("breadcrumbs", Text("最后一项没有链接", "The last is no link")),
        ("tabs", Text("（名称，链接，当前，数量）", "(label, href, active, count)")),
        ("pager", Text("键集分页：只有前后", "Keyset pages: back and forth")),
        ("steps", Text("done、current、todo", "done, current, todo")),
        ("timeline", Text("最新的在最前", "Newest first")),
    ]),
    ("messages", Text("提示", "Messages"), [
        ("alert", Text("warn 与 bad 会被读屏立即读出", "Readers hear warn and bad at once")),
        ("empty", Text("说清为什么空、下一步做什么", "Why it is empty, and what to do")),
        ("progress", Text("进度", "How far")),
    ]),
    ("surfaces", Text("容器", "Surfaces"), [
        ("card", Text("call 块；flush 去掉内边距", "A call block; flush has no padding")),
        ("dialog", Text("没有脚本时由地址打开", "Without scripts the address opens it")),
        ("gallery", Text("滑动、方向键、缩略图", "Swipe, arrows, thumbnails")),
    ]),
    ("figures", Text("数据", "Figures"), [
        ("stat", Text("trend 为比例；good_when='down' 表示越低越好", "trend is a share; good_when='down': less is better")),
        ("sparkline", Text("只看走势", "Only the shape")),
        ("table", Text("小表；列表用 backoffice/t.html", "Small ones; lists use backoffice/t.html")),
        ("chart", Text("ECharts 配置；format 决定数字写法；附表格", "An ECharts option; format writes the figures; with a table")),
        ("bars", Text("同一个图表组件", "The same component")),
    ]),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    about: Text
    call: str
    shown: Markup


@staff()
def components(request: HttpRequest) -> HttpResponse:
    given = context()
    groups = [(key, title, [_example(name, about, given) for name, about in names]) for key, title, names in GROUPS]
    return page.render(request, "backoffice/components.html", groups=groups)


def context() -> dict[str, Any]:
    """What the examples work with."""
    wrong = {
        "": [t("填写的内容有误，请按提示修改", "Some fields are not right")],
        "mobile": [t("手机号应为 11 位数字", "A mobile has 11 digits")],
        "region": [t("请选择地区", "Choose a region")],
    }
    return {
        "now": clock.now() - timedelta(minutes=12),
        "until": clock.now() + timedelta(hours=5, minutes=30),
        "form": FormState.of({"name": "林晓月", "way": "express", "pay": "alipay", "open": "1", "tags": ["new"]}),
        "failed": FormState({"mobile": "138001"}, wrong),
        "pictures": [{"src": _picture(hue), "alt": t("示例图片", "Example")} for hue in (18, 150, 215)],
    }


def _picture(hue: int) -> str:
    """A drawn stand-in, so that the page needs no file."""
    shape = f"%3Ccircle cx='50' cy='56' r='26' fill='hsl({hue} 45%25 62%25)'/%3E"
    ground = f"%3Crect width='100' height='100' fill='hsl({hue} 40%25 90%25)'/%3E"
    return f"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'%3E{ground}{shape}%3C/svg%3E"


def _example(name: str, about: Text, given: dict[str, Any]) -> Example:
    jinja = environment.get()
    assert jinja.loader is not None
    source = jinja.loader.get_source(jinja, f"{FOLDER}{name}.html")[0]
    shown = jinja.get_template(f"{FOLDER}{name}.html").render(given)
    return Example(name, about, source.partition("\n")[2].strip(), Markup(shown))


urlpatterns = [path("components", components, name="components")]
