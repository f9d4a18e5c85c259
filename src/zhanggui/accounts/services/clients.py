"""Programs buyers shop with: the channel each sells through, proved by a key that is shown once."""

import re

from django.db import transaction

from zhanggui.kernel import audit, ids
from zhanggui.kernel.actor import Actor
from zhanggui.kernel.clock import now
from zhanggui.kernel.contact import clean_text
from zhanggui.kernel.problems import NotFound, PermissionDenied, ValidationFailed

from .. import selectors
from ..models import Client
from ..types import IssuedClient
from .roles import changed

_CHANNEL = re.compile(r"[a-z0-9][a-z0-9_.-]{0,19}")
MANAGE = "accounts.manage"


def issue_client(channel: str, *, name: str, actor: Actor) -> IssuedClient:
    """Let a program sell through a channel. Raises PermissionDenied, ValidationFailed."""
    _allow(actor)
    name = clean_text(name, "name", 80)
    if not _CHANNEL.fullmatch(channel):
        raise ValidationFailed.one(
            "channel",
            "invalid",
            "请填写 1 到 20 位小写字母、数字、点、下划线或连字符，如 miniapp",
            "1 to 20 small letters, digits, dots, dashes or underscores, such as miniapp",
        )
    key = ids.token(32)
    with transaction.atomic():
        made = Client.objects.create(channel=channel, name=name, digest=selectors.digest(key))
        audit.record(
            actor=actor,
            action="accounts.issue_client",
            target_type="client",
            target_id=made.id,
            after={"channel": channel, "name": name},
        )
    return IssuedClient(made.id, channel, key)


def revoke_client(client_id: int, *, actor: Actor) -> None:
    """The program sells no more; revoking twice changes nothing. Raises NotFound, PermissionDenied."""
    _allow(actor)
    with transaction.atomic():
        client = Client.objects.filter(id=client_id).first()
        if client is None:
            raise NotFound()
        if Client.objects.filter(id=client_id, revoked_at=None).update(revoked_at=now()):
            audit.record(
                actor=actor,
                action="accounts.revoke_client",
                target_type="client",
                target_id=client_id,
                before={"channel": client.channel, "name": client.name},
            )
            changed()


def _allow(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise PermissionDenied(extra={"permission": MANAGE})
