"""Refusals of the catalogue, each with its code."""

from collections.abc import Sequence

from zhanggui.kernel.i18n import Text
from zhanggui.kernel.pictures import PictureRefused as PictureRefused
from zhanggui.kernel.problems import Conflict, Problem


class EditedMeanwhile(Conflict):
    """The product's version is not the one the editor began with; `extra.version` is the current one."""

    code = "edited_meanwhile"
    message = Text(
        "商品已被他人修改（当前版本 {version}），请刷新后再改",
        "Someone else has changed this product (now version {version}); reload",
    )


class NotReadyToList(Problem):
    """CAT-14: something a buyer needs is missing; `errors` say what."""

    code = "not_ready_to_list"
    status = 409
    message = Text("商品还不能上架，请先补全", "The product cannot be put on sale yet; something is missing")


class CategoryInUse(Problem):
    """Something still stands in the category: {below} categories, {products} products, {attributes} attributes of its own."""

    code = "category_in_use"
    status = 409
    message = Text(
        "还不能删除：其下有 {below} 个子分类、{products} 件商品、{attributes} 个属性，请先移走或删除",
        "It cannot be deleted yet: {below} categories, {products} products and {attributes} attributes stand in it;"
        " move or delete them first",
    )


class StillNamed(Problem):
    """Promotions or pages name it or lead to it; `where` has the first of them in words."""

    code = "still_named"
    status = 409
    message = Text(
        "还不能删除：{where}还在使用它，请先改掉",
        "It cannot be deleted yet: it is named by {where}; change that first",
    )
    MOST = 5

    @classmethod
    def by(cls, mentions: Sequence[Text]) -> "StillNamed":
        first, more = mentions[: cls.MOST], len(mentions) - cls.MOST
        where = Text("、".join(text.zh for text in first), ", ".join(text.en for text in first))
        if more > 0:
            where = Text(f"{where.zh}等 {len(mentions)} 处", f"{where.en} and {more} more")
        return cls(where=where)


class BrandInUse(Problem):
    code = "brand_in_use"
    status = 409
    message = Text(
        "还不能删除：有 {products} 件商品属于这个品牌，请先改掉它们的品牌",
        "It cannot be deleted yet: {products} products carry it; change their brand first",
    )
