"""The composition root: reactions, ports and providers are bound here and nowhere else."""

from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "zhanggui.config"
    label = "config"

    def ready(self) -> None:
        """Bind everything once the modules are loaded."""
        ports()
        reactions()


def ports() -> None:
    """What a lower module needs from a higher one."""
    from zhanggui.accounts import selectors as accounts
    from zhanggui.api.store.said import goods as api_says
    from zhanggui.catalog import services as catalog
    from zhanggui.content import services as content
    from zhanggui.fulfilment import services as fulfilment
    from zhanggui.groupbuy import services as groupbuy
    from zhanggui.inventory import selectors as inventory
    from zhanggui.inventory import services as stock
    from zhanggui.kernel import fresh
    from zhanggui.members import services as members
    from zhanggui.orders import selectors as orders
    from zhanggui.orders import services as order_services
    from zhanggui.payments import services as payments
    from zhanggui.pledges import services as pledges
    from zhanggui.presale import services as presale
    from zhanggui.pricing import services as pricing
    from zhanggui.promotions import services as promotions
    from zhanggui.reactions import promotions as reaching
    from zhanggui.reactions.catalog import listing_facts, mentions
    from zhanggui.reactions.content import units_sold
    from zhanggui.reactions.fulfilment import carriers_faults
    from zhanggui.reactions.groupbuy import article_prices
    from zhanggui.reactions.inventory import unit_values
    from zhanggui.reactions.members import Balances, growth
    from zhanggui.reactions.presale import known_prices
    from zhanggui.storefront.browse.said import goods as shop_says
    from zhanggui.storefront.browse.said import postage as shop_says_of_postage

    fresh.follow("accounts", accounts.follow_version)
    catalog.bind_listing_facts(listing_facts)
    catalog.bind_mentions(mentions)
    content.bind_sales(units_sold)
    fulfilment.bind_faults(carriers_faults)
    members.bind_growth(growth)
    stock.bind_unit_values(unit_values)
    members.bind_shares_guard(reaching.keep_tier_above)
    pledges.bind_speakers([shop_says, api_says], [shop_says_of_postage])
    promotions.bind_stock(inventory.available)
    promotions.bind_prices(reaching.prices)
    pricing.bind_lowest(reaching.keep_above)
    groupbuy.bind_prices(article_prices)
    presale.bind_prices(known_prices)
    payments.bind(apply_payments=order_services.apply_payments, order_facts=orders.money)
    payments.bind_balances(Balances())


def reactions() -> None:
    """Who hears what. The names are stored with each delivery: renaming one repeats it."""
    from zhanggui.analytics.types import CHANGES
    from zhanggui.catalog.events import ProductChanged, ProductCreated
    from zhanggui.fulfilment.events import OrderReviewed, ParcelMoved
    from zhanggui.groupbuy.events import GroupFilled
    from zhanggui.integrations.webhooks import services as webhooks
    from zhanggui.inventory.events import SkuBackInStock, SkuSoldOut
    from zhanggui.kernel.outbox import ANY, subscribe, subscribe_batch
    from zhanggui.orders.events import (
        OrderCancelled,
        OrderCompleted,
        OrderDelivered,
        OrderMade,
        OrderPaid,
        OrderReceiverChanged,
        OrderRefunded,
        OrderShipped,
    )
    from zhanggui.payments.events import RefundFailed, RefundSucceeded
    from zhanggui.promotions.events import PromotionChanged, PromotionEnded, PromotionPaused, PromotionPublished
    from zhanggui.reactions import (
        aftersales,
        analytics,
        catalog,
        dropship,
        fulfilment,
        members,
        orders,
        promises,
        promotions,
        redress,
        trials,
        workshop,
    )
    from zhanggui.redress.events import CaseRated
    from zhanggui.servicedesk.events import ReviewHidden, ReviewPosted, ReviewShown

    subscribe(RefundSucceeded, "orders.count_refund", orders.count_refund)
    subscribe(RefundSucceeded, "aftersales.settle_refund", aftersales.settle_refund)
    for came in (OrderDelivered, OrderCompleted):
        subscribe_batch(came, "aftersales.finish_replacements", aftersales.finish_replacements)
    subscribe(RefundFailed, "aftersales.note_failed_refund", aftersales.note_failed_refund)
    subscribe_batch(OrderPaid, "catalog.count_sales", catalog.count_sales)
    subscribe_batch(OrderPaid, "orders.settle_groups", orders.settle_groups)
    subscribe_batch(OrderPaid, "fulfilment.review", fulfilment.review)
    subscribe_batch(GroupFilled, "fulfilment.review_group", fulfilment.review_group)
    subscribe(OrderReceiverChanged, "fulfilment.review_again", fulfilment.review_again)
    subscribe(OrderMade, "fulfilment.review_made", fulfilment.review_again)
    for changed in (ProductCreated, ProductChanged):
        subscribe_batch(changed, "workshop.keep_benches", workshop.keep_benches)
    for gone in (OrderCancelled, OrderRefunded):
        subscribe_batch(gone, "fulfilment.close_reviews", fulfilment.close_reviews)
    for wanted in (OrderPaid, OrderShipped, OrderCancelled, OrderRefunded):
        subscribe_batch(wanted, "dropship.follow", dropship.follow)
    subscribe_batch(GroupFilled, "dropship.follow_group", dropship.follow_group)
    subscribe_batch(OrderReviewed, "dropship.follow_reviewed", dropship.follow_reviewed)
    subscribe(OrderReceiverChanged, "dropship.follow_receiver", dropship.follow_receiver)
    for left in (OrderShipped, OrderCancelled, OrderRefunded):
        subscribe_batch(left, "promises.close_gone", promises.close_gone)
    subscribe_batch(SkuSoldOut, "catalog.mark_sold_out", catalog.follow_stock)
    subscribe_batch(SkuBackInStock, "catalog.mark_back_in_stock", catalog.follow_stock)
    for moved in (OrderPaid, OrderRefunded, OrderCancelled):
        subscribe_batch(moved, "members.judge_tiers", members.judge_tiers)
    subscribe_batch(OrderCompleted, "members.earn_points", members.earn_points)
    subscribe_batch(OrderRefunded, "members.take_back_points", members.take_back_points)
    for change in CHANGES:
        subscribe_batch(change, "analytics.forget_sums", analytics.forget_sums)
    for judged in (ReviewPosted, ReviewHidden, ReviewShown):
        subscribe_batch(judged, "catalog.rate", catalog.rate)
    subscribe_batch(OrderDelivered, "trials.note_delivered", trials.note_delivered)
    subscribe_batch(OrderCancelled, "trials.note_cancelled", trials.note_cancelled)
    subscribe_batch(ReviewPosted, "trials.note_reports", trials.note_reports)
    for step in (PromotionPublished, PromotionPaused, PromotionChanged, PromotionEnded):
        subscribe_batch(step, "promotions.mark_rules", promotions.mark_rules)
    subscribe_batch(ParcelMoved, "redress.note_delivered", redress.note_delivered)
    subscribe(CaseRated, "servicedesk.look_into_low_rating", redress.look_into_low_rating)
    subscribe_batch(ANY, "webhooks.enqueue", webhooks.enqueue)
