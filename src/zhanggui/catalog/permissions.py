"""What staff may be allowed to do with the catalogue."""

from zhanggui.kernel.i18n import Text

PERMISSIONS = {
    "catalog.view": Text("查看商品、分类与品牌", "See products, categories and brands"),
    "catalog.edit": Text("编辑商品、分类、品牌与图片", "Edit products, categories, brands and pictures"),
    "catalog.review": Text("审核商品", "Review products"),
    "catalog.list": Text("商品上架、下架与定时", "Put products on sale, take them off, schedule both"),
}
