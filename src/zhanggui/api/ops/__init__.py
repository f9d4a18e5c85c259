"""The operations API, v1: running the mall. Every operation names the permission it needs."""

from ninja import Router

from . import (
    aftersales,
    assortment,
    campaigns,
    carriers,
    catalog,
    content,
    coupons,
    draws,
    dropship,
    entry,
    freight,
    groups,
    loyalty,
    mall,
    members,
    money,
    orders,
    pickup,
    planning,
    pledges,
    presales,
    prices,
    problems,
    procurement,
    products,
    promises,
    promotions,
    redress,
    replenishment,
    reports,
    reviews,
    rivals,
    staff,
    stock,
    trials,
    warehouse,
    webhooks,
    workshop,
)

router = Router()
for part in (
    staff, mall, products, catalog, prices, freight, stock, entry, orders, warehouse, workshop, pickup, aftersales, money, promotions,
    coupons, groups, draws,
    presales, members, loyalty, content, reviews, reports, webhooks, trials, pledges, planning, procurement, campaigns, assortment,
    replenishment, rivals, carriers, redress, problems, dropship, promises,
):  # fmt: skip
    router.add_router("", part.router, tags=[f"ops: {part.__name__.rsplit('.', 1)[-1]}"])
