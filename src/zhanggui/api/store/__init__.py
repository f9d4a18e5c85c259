"""The store's API, v1: what buyers' programs rely on."""

from ninja import Router

from . import members

router = Router()
router.add_router("", members.router, tags=["members"])
