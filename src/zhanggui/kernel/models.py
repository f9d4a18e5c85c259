"""Tables of the kernel. Nothing else may import them: use audit, outbox, mall_settings, versions, idempotency."""

from django.db import models

from .clock import MallNow


class AuditRow(models.Model):
    """Who changed what, when, from what to what. Written with the change, never altered (a trigger refuses)."""

    at = models.DateTimeField(db_default=MallNow())
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_target"),
            models.Index(fields=["actor_kind", "actor_id", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action", opclasses=["varchar_pattern_ops", "int8_ops"]),
        ]


class OutboxEvent(models.Model):
    """An announcement, stored in the transaction that made it true and delivered soon after by the relay."""

    name = models.CharField(max_length=80)
    version = models.SmallIntegerField(default=1, db_default=1)
    aggregate = models.CharField(max_length=80)
    payload = models.JSONField()
    created_at = models.DateTimeField(db_default=MallNow())
    delivered_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(db_default=MallNow())
    error = models.TextField(default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(delivered_at=None, parked_at=None)),
            models.Index(fields=["aggregate", "id"], name="outbox_order", condition=models.Q(delivered_at=None)),
        ]


class OutboxDelivery(models.Model):
    """One reaction has taken one event while another failed on it: the next try leaves the first out."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="+")
    reaction = models.CharField(max_length=120)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivered_once")]


class IdempotencyKey(models.Model):
    """A caller's key, the digest of what it asked, and where the answer is."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    reference = models.CharField(max_length=64, default="", db_default="")
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=MallNow(), db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]


class MallSetting(models.Model):
    key = models.CharField(max_length=80, primary_key=True)
    value = models.JSONField()
    updated_at = models.DateTimeField(db_default=MallNow())


class Version(models.Model):
    """Counters that tell worker processes when something they keep in memory has changed."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=1, db_default=1)
