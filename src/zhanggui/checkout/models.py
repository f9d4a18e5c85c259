"""The cart: one row, its lines inside it, because it is read and written as a whole on every call."""

from django.db import models

from zhanggui.kernel.clock import MallNow


class Cart(models.Model):
    """`id` is unguessable and is the guest's only key to it. `lines`: [{id, sku, quantity, seen, later}].

    Prices are never stored, except what a line cost when it was put in (`seen`), to tell the buyer of a change; `later`
    lines are laid aside and not bought.
    """

    id = models.CharField(max_length=40, primary_key=True)
    member = models.ForeignKey("members.Member", null=True, on_delete=models.CASCADE, related_name="+")
    lines = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    coupons = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    gifts = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))  # SKUs the buyer picked
    points = models.IntegerField(default=0, db_default=0)
    #: {offer, token} of a group or {reservation} of a presale: bought alone, and never filled with anything else
    joint = models.JSONField(null=True)
    delivery = models.JSONField(null=True)
    source = models.CharField(max_length=40, default="", db_default="")
    next_line = models.IntegerField(default=1, db_default=1)
    version = models.IntegerField(default=1, db_default=1)
    order_number = models.CharField(max_length=40, default="", db_default="")
    updated_at = models.DateTimeField(db_default=MallNow(), db_index=True)
