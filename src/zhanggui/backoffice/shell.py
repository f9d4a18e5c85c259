"""What the frame around every page shows: who is here, the menu by what they may do, toasts, saved filters."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from zhanggui.accounts import selectors as accounts
from zhanggui.accounts.types import SavedFilterView
from zhanggui.kernel import mall_settings
from zhanggui.kernel.actor import Actor

from . import menu, messages


class Shell:
    """For `backoffice/base.html`; nothing is read before the template asks for it."""

    def __init__(self, request: HttpRequest, actor: Actor) -> None:
        self._request = request
        self.actor = actor
        self.toasts_shown = False

    @property
    def mall(self) -> str:
        return str(mall_settings.get("mall.name"))

    @cached_property
    def menu(self) -> list[menu.ShownSection]:
        return menu.shown(self.actor, self._request.path)

    @cached_property
    def toasts(self) -> list[messages.Toast]:
        """What the last action had to say; shown once."""
        self.toasts_shown = messages.COOKIE in self._request.COOKIES
        return messages.toasts(self._request)

    def may(self, permission: str) -> bool:
        return self.actor.may(permission)

    def saved(self, key: str) -> list[SavedFilterView]:
        """The filters this colleague has saved for a list. One statement."""
        return accounts.saved_filters(self.actor.id or 0, key)
