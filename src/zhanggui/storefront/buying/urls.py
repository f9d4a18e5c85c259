"""Addresses of buying: cart, checkout, payment, the order that follows."""

from django.urls import URLPattern, URLResolver, path

from . import cart, checkout, elsewhere, groups, mine, orders, pay, presales, regions, returns, reviews

urlpatterns: list[URLPattern | URLResolver] = [
    path("cart", cart.show),
    path("cart/add", cart.add),
    path("cart/prices", cart.accept),
    path("cart/coupons", cart.coupon),
    path("cart/gifts", cart.gifts),
    path("cart/lines/<str:line_id>", cart.change),
    path("p/<str:slug>/mine", mine.mine),
    path("groups", groups.hall),
    path("groups/offers/<int:offer_id>", groups.offer),
    path("groups/<str:token>", groups.group),
    path("presales", presales.hall),
    path("presales/<int:offer_id>", presales.offer),
    path("presales/mine/<str:number>", presales.reservation),
    path("presales/mine/<str:number>/balance", presales.balance),
    path("presales/mine/<str:number>/cancel", presales.cancel),
    path("presales/mine/<str:number>/state", presales.state),
    path("account/presales", presales.mine),
    path("regions", regions.below),
    path("checkout", checkout.checkout),
    path("pay/<str:number>", pay.pay),
    path("pay/<str:number>/state", pay.state),
    path("orders/<str:number>", orders.show),
    path("orders/<str:number>/cancel", orders.cancel),
    path("orders/<str:number>/urge", orders.urge),
    path("orders/<str:number>/confirm", orders.confirm),
    path("orders/<str:number>/again", orders.again),
    path("orders/<str:number>/guarantee", orders.claim_difference),
    path("orders/<str:number>/shortages/<str:shortage>", orders.answer_shortage),
    path("orders/<str:number>/guarantee/elsewhere", elsewhere.claim),
    path("orders/<str:number>/return", returns.ask),
    path("orders/<str:number>/review/<int:line>", reviews.review),
    path("orders/<str:number>/cases/<str:case_number>", returns.show),
    path("orders/<str:number>/cases/<str:case_number>/withdraw", returns.withdraw),
    path("orders/<str:number>/cases/<str:case_number>/sent", returns.sent_back),
    path("orders/<str:number>/cases/<str:case_number>/photos/<str:name>", returns.photo),
]
