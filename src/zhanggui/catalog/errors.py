"""Refusals of the catalogue, each with its code."""

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.pictures import PictureRefused as PictureRefused
from zhanggui.kernel.problems import Conflict, Problem


class EditedMeanwhile(Conflict):
    """The product's version is not the one the editor began with; `extra.version` is the current one."""

    code = "edited_meanwhile"
    message = Text(
        "商品已被他人修改(当前版本 {version}),请刷新后再改",
        "Someone else has changed this product (now version {version}); reload",
    )


class NotReadyToList(Problem):
    """CAT-14: something a buyer needs is missing; `errors` say what."""

    code = "not_ready_to_list"
    status = 409
    message = Text("商品还不能上架,请先补全", "The product cannot be put on sale yet; see errors")
