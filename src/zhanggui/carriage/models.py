"""Tables of carriage. Weights in grams, amounts in minor units of the mall's currency."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value

from zhanggui.kernel.clock import MallNow

from .states import CANCELLED, FAILED, FOUND, ISSUED, REQUESTED, STATES

SERVICES = ["kuaidi100", "kdniao", "numbers"]


class Carrier(models.Model):
    """A carrier as this mall has it: one of its own, or another word on one of `carriers.SHIPPED`. `score`: 0 to 100."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, default="", db_default="")
    phone = models.CharField(max_length=20, default="", db_default="")
    position = models.SmallIntegerField(default=100, db_default=100)
    active = models.BooleanField(default=True, db_default=True)
    score = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="carrier_score")
        ]


class Lane(models.Model):
    """A carrier's way to a province (its short name, "": everywhere else): days it takes, and what the mall is charged."""

    carrier = models.CharField(max_length=20)
    province = models.CharField(max_length=40, default="", db_default="")
    served = models.BooleanField(default=True, db_default=True)
    days_min = models.SmallIntegerField(default=1, db_default=1)
    days_max = models.SmallIntegerField(default=3, db_default=3)
    remote = models.BooleanField(default=False, db_default=False)
    first_g = models.IntegerField(default=1000, db_default=1000)
    first_fee = models.BigIntegerField(default=0, db_default=0)
    step_g = models.IntegerField(default=1000, db_default=1000)
    step_fee = models.BigIntegerField(default=0, db_default=0)
    surcharge = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "province"], name="lane_once"),
            models.CheckConstraint(
                condition=Q(days_min__gte=0, days_max__gte=F("days_min"), days_max__lte=90), name="lane_days"
            ),
            models.CheckConstraint(
                condition=Q(first_g__gt=0, step_g__gt=0, first_fee__gte=0, step_fee__gte=0, surcharge__gte=0),
                name="lane_tariff",
            ),
        ]


class Rule(models.Model):
    """Parcels that fit go by this carrier; all conditions that are set hold. The first that fits, by position, decides."""

    label = models.CharField(max_length=100)
    carrier = models.CharField(max_length=20)
    position = models.SmallIntegerField(default=100, db_default=100)
    provinces = ArrayField(
        models.CharField(max_length=40), default=list, db_default=Value([], ArrayField(models.CharField(max_length=40)))
    )
    remote = models.BooleanField(default=False, db_default=False)  # only where most carriers call the province remote
    min_g = models.IntegerField(null=True)
    max_g = models.IntegerField(null=True)
    min_amount = models.BigIntegerField(null=True)
    max_amount = models.BigIntegerField(null=True)
    within_hours = models.SmallIntegerField(null=True)  # the promise to send ends within so many hours
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(min_g=None) | Q(max_g=None) | Q(min_g__lte=F("max_g")))
                & (Q(min_amount=None) | Q(max_amount=None) | Q(min_amount__lte=F("max_amount"))),
                name="carriage_rule_ranges",
            )
        ]


class Account(models.Model):
    """A carrier's labels come from this service; its keys lie in `<data>/keys/carriage/<service>/` (docs/carriers.md)."""

    carrier = models.CharField(max_length=20, unique=True)
    service = models.CharField(max_length=12)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(service__in=SERVICES), name="account_service_known")]


class Numbers(models.Model):
    """A range of numbers bought from the carrier: `prefix` and `next` to `last` in `width` digits."""

    carrier = models.CharField(max_length=20)
    prefix = models.CharField(max_length=10, default="", db_default="")
    width = models.SmallIntegerField()
    next = models.BigIntegerField()
    last = models.BigIntegerField()
    added_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next__gte=0, last__gte=0, width__gte=5, width__lte=18) & Q(next__lte=F("last") + 1),
                name="numbers_range",
            )
        ]


class Waybill(models.Model):
    """One parcel's paper at one carrier. `reference` names the parcel or box for whoever asked; `order_code` is what the label
    service knows it by. `shipment` is what is still to be told to the service, and empty once it has answered.

    `used_at`: a parcel left with it. `heard_at`: the last news of it; `pull_at`: when the service is asked next.
    """

    carrier = models.CharField(max_length=20)
    service = models.CharField(max_length=12, default="", db_default="")  # "": typed by hand
    number = models.CharField(max_length=40, default="", db_default="")
    reference = models.CharField(max_length=60)
    order_code = models.CharField(max_length=64, default="", db_default="")
    document = models.CharField(max_length=40, default="", db_default="")  # the order's number, for people
    province = models.CharField(max_length=40, default="", db_default="")
    weight_g = models.IntegerField(default=0, db_default=0)
    cost = models.BigIntegerField(null=True)  # None: the carrier has no lane there
    why = models.CharField(max_length=300, default="", db_default="")
    state = models.CharField(max_length=10, default=REQUESTED, db_default=REQUESTED)
    label = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    shipment = models.JSONField(null=True)
    error = models.CharField(max_length=300, default="", db_default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    busy_until = models.DateTimeField(null=True)
    to_cancel = models.BooleanField(default=False, db_default=False)
    to_subscribe = models.BooleanField(default=False, db_default=False)
    phone_tail = models.CharField(
        max_length=4, default="", db_default=""
    )  # some carriers tell news to nobody without it
    asked_by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())
    issued_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    pull_at = models.DateTimeField(null=True)
    pulls = models.SmallIntegerField(default=0, db_default=0)
    over_at = models.DateTimeField(null=True)  # it arrived, or came back

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="waybill_state_known"),
            models.CheckConstraint(condition=~Q(state=ISSUED) | ~Q(number=""), name="waybill_issued_has_number"),
            models.CheckConstraint(
                condition=(Q(cost=None) | Q(cost__gte=0)) & Q(weight_g__gte=0), name="waybill_cost_positive"
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(state=ISSUED), name="waybill_used_is_issued"),
            models.UniqueConstraint(fields=["carrier", "number"], condition=~Q(number=""), name="waybill_number_once"),
            models.UniqueConstraint(
                fields=["reference"], condition=Q(state__in=[REQUESTED, ISSUED]), name="waybill_reference_once"
            ),
            models.UniqueConstraint(fields=["order_code"], condition=~Q(order_code=""), name="waybill_order_code_once"),
        ]
        indexes = [
            models.Index(fields=["pull_at"], condition=Q(pull_at__isnull=False), name="waybill_pull"),
            models.Index(
                fields=["id"],
                condition=Q(state=REQUESTED) | Q(to_cancel=True) | Q(to_subscribe=True),
                name="waybill_to_do",
            ),
            models.Index(fields=["used_at"], condition=Q(used_at__isnull=False), name="waybill_used"),
            models.Index(fields=["document"], name="waybill_document"),
            models.Index(fields=["state", "-id"], condition=Q(state__in=[CANCELLED, FAILED]), name="waybill_ended"),
        ]


class Bill(models.Model):
    """A carrier's bill as it came, held against the mall's own waybills; settled once."""

    carrier = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    at = models.DateTimeField(db_default=MallNow())
    added_by = models.CharField(max_length=200, default="", db_default="")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, default="", db_default="")
    note = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["carrier", "-id"], name="carrierbill_carrier")]


class BillLine(models.Model):
    """A line of a bill, what the mall knows of its waybill, and what was found; `accepted` is what the mall pays for it."""

    bill = models.ForeignKey(Bill, on_delete=models.CASCADE, related_name="+", db_index=False)
    row = models.IntegerField()
    number = models.CharField(max_length=40)
    weight_g = models.IntegerField()
    amount = models.BigIntegerField()
    own_weight = models.IntegerField(null=True)
    own_cost = models.BigIntegerField(null=True)
    found = models.CharField(max_length=8)
    accepted = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["number"], name="billline_number")]
        constraints = [
            models.UniqueConstraint(fields=["bill", "row"], name="billline_once"),
            models.CheckConstraint(condition=Q(found__in=FOUND), name="billline_found_known"),
            models.CheckConstraint(
                condition=Q(weight_g__gte=0, amount__gte=0, accepted__gte=0, accepted__lte=F("amount")),
                name="billline_amounts",
            ),
        ]
