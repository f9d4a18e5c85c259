"""The store's API, v1: what buyers' programs rely on."""

from ninja import Router

from . import (
    aftersales,
    carts,
    catalog,
    collect,
    delivery,
    draws,
    favourites,
    groups,
    loyalty,
    members,
    orders,
    pages,
    presales,
    reviews,
    trials,
)

router = Router()
router.add_router("", catalog.router, tags=["catalogue"])
router.add_router("", carts.router, tags=["carts"])
router.add_router("", delivery.router, tags=["delivery"])
router.add_router("", groups.router, tags=["groups"])
router.add_router("", draws.router, tags=["draws"])
router.add_router("", presales.router, tags=["presales"])
router.add_router("", trials.router, tags=["trials"])
router.add_router("", orders.router, tags=["orders"])
router.add_router("", aftersales.router, tags=["after-sales"])
router.add_router("", members.router, tags=["members"])
router.add_router("", favourites.router, tags=["members"])
router.add_router("", loyalty.router, tags=["members"])
router.add_router("", reviews.router, tags=["reviews"])
router.add_router("", pages.router, tags=["pages"])
router.add_router("", collect.router, tags=["collector"])
