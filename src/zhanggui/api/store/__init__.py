"""The store's API, v1: what buyers' programs rely on."""

from ninja import Router

from . import catalog, members

router = Router()
router.add_router("", catalog.router, tags=["catalogue"])
router.add_router("", members.router, tags=["members"])
