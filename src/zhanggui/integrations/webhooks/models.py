"""Tables of outgoing webhooks."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow


class Endpoint(models.Model):
    """Where to send. `events` are names or patterns (`orders.*`); a former secret signs along until it expires."""

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, default="", db_default="")
    events = ArrayField(models.TextField())
    secret = models.CharField(max_length=80)
    former_secret = models.CharField(max_length=80, default="", db_default="")
    former_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True, db_default=True)
    created_at = models.DateTimeField(db_default=MallNow())


class Delivery(models.Model):
    """One event for one endpoint. `message_id` stays the same over all attempts and replays."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    event_id = models.BigIntegerField()
    event = models.CharField(max_length=80)
    message_id = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    state = models.CharField(max_length=10, default="pending", db_default="pending")
    attempts = models.IntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(db_default=MallNow())
    created_at = models.DateTimeField(db_default=MallNow())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event_id"], name="delivered_to_endpoint_once"),
            models.CheckConstraint(condition=Q(state__in=["pending", "delivered", "dead"]), name="delivery_state"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="delivery_due", condition=Q(state="pending")),
            models.Index(fields=["endpoint", "-id"], name="delivery_of_endpoint"),
            models.Index(fields=["-id"], name="delivery_dead", condition=Q(state="dead")),
        ]


class Attempt(models.Model):
    """What happened at one try."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=MallNow())
    status = models.IntegerField(null=True)
    milliseconds = models.IntegerField()
    error = models.CharField(max_length=300, default="", db_default="")
    answer = models.CharField(max_length=1000, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["delivery", "id"], name="attempt_of_delivery")]
