"""Addresses of the member's own rooms, and of signing in and out."""

from django.urls import URLPattern, URLResolver, path

from . import claims, draws, loyalty, overview, own, points_mall, session, trials

urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", session.sign_in),
    path("sign-up", session.sign_up),
    path("sign-out", session.sign_out),
    path("account", overview.overview),
    path("account/orders", overview.order_list),
    path("account/returns", overview.case_list),
    path("account/offers", loyalty.offers),
    path("account/points", loyalty.points),
    path("account/coupons", overview.coupons),
    path("coupons", claims.claim_centre),
    path("points", points_mall.points_mall),
    path("account/draws", draws.mine),
    path("account/trials", trials.mine),
    path("trials", trials.hall),
    path("trials/<slug:slug>", trials.trial),
    path("trials/<slug:slug>/record", trials.record),
    path("draws", draws.hall),
    path("draws/<slug:slug>", draws.draw),
    path("draws/<slug:slug>/record", draws.record),
    path("account/favourites", overview.favourites),
    path("account/addresses", own.addresses),
    path("account/addresses/new", own.new_address),
    path("account/addresses/<int:address_id>", own.address),
    path("account/settings", own.settings),
    path("account/settings/password", own.change_password),
    path("account/settings/sign-out-everywhere", own.sign_out_everywhere),
]
