"""Tables of redress. Amounts are minor units of `currency`."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from . import rules

_JSON_LIST = models.Value([], models.JSONField())


class Liability(models.Model):
    """Who answers for a loss, in percent; proposed by rule until a person decides. One for a case, a parcel or an order."""

    number = models.CharField(max_length=40, unique=True)
    subject = models.CharField(max_length=8)
    reference = models.CharField(max_length=40)
    order_number = models.CharField(max_length=40, db_index=True)
    loss = models.CharField(max_length=16)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    units = models.IntegerField(default=0, db_default=0)
    buyer = models.SmallIntegerField(default=0, db_default=0)
    warehouse = models.SmallIntegerField(default=0, db_default=0)
    carrier = models.SmallIntegerField(default=0, db_default=0)
    supplier = models.SmallIntegerField(default=0, db_default=0)
    merchant = models.SmallIntegerField(default=0, db_default=0)
    mall = models.SmallIntegerField(default=0, db_default=0)
    carrier_code = models.CharField(max_length=20, default="", db_default="")
    carrier_name = models.CharField(max_length=60, default="", db_default="")
    supplier_id = models.BigIntegerField(null=True)
    warehouse_id = models.BigIntegerField(null=True)
    merchant_name = models.CharField(max_length=200, default="", db_default="")
    ground = models.CharField(max_length=500, default="", db_default="")
    state = models.CharField(max_length=8, default=rules.PROPOSED, db_default=rules.PROPOSED)
    decided_by = models.CharField(max_length=200, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="liability_state"),
            models.Index(fields=["carrier_code", "at"], condition=Q(carrier__gt=0), name="liability_carrier"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "reference"], name="liability_once"),
            models.CheckConstraint(condition=Q(subject__in=rules.SUBJECTS), name="liability_subject_known"),
            models.CheckConstraint(condition=Q(loss__in=list(rules.LOSSES)), name="liability_loss_known"),
            models.CheckConstraint(condition=Q(state__in=rules.STATES), name="liability_state_known"),
            models.CheckConstraint(condition=Q(amount__gte=0, units__gte=0), name="liability_amount"),
            models.CheckConstraint(
                condition=Q(
                    buyer__gte=0, warehouse__gte=0, carrier__gte=0, supplier__gte=0, merchant__gte=0, mall__gte=0,
                    mall=100 - F("buyer") - F("warehouse") - F("carrier") - F("supplier") - F("merchant"),
                ),
                name="liability_shares_make_a_hundred",
            ),
            models.CheckConstraint(condition=Q(supplier=0) | Q(supplier_id__isnull=False), name="liability_names_supplier"),
            models.CheckConstraint(condition=Q(carrier=0) | ~Q(carrier_code=""), name="liability_names_carrier"),
            models.CheckConstraint(condition=Q(merchant=0) | ~Q(merchant_name=""), name="liability_names_merchant"),
            models.CheckConstraint(
                condition=Q(state=rules.PROPOSED) | (Q(decided_at__isnull=False) & ~Q(decided_by="")),
                name="liability_decided_by_a_person",
            ),
        ]  # fmt: skip


class Chase(models.Model):
    """The hunt for a parcel that does not arrive, until it is found, or lost and its buyer and the mall have their money."""

    number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40, db_index=True)
    parcel = models.CharField(max_length=40)
    carrier_code = models.CharField(max_length=20)
    carrier_name = models.CharField(max_length=60)
    waybill_no = models.CharField(max_length=40, default="", db_default="")
    source = models.CharField(max_length=8)
    source_ref = models.CharField(max_length=40, default="", db_default="")
    state = models.CharField(max_length=8, default=rules.ASKED, db_default=rules.ASKED)
    remedy = models.CharField(max_length=8, default="", db_default="")
    case_number = models.CharField(max_length=40, default="", db_default="")
    owner_id = models.BigIntegerField(null=True)
    owner = models.CharField(max_length=200, default="", db_default="")
    due_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=MallNow())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=rules.CHASE_OPEN), name="chase_open"),
            models.Index(fields=["carrier_code", "at"], name="chase_carrier"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["parcel"], condition=Q(state__in=rules.CHASE_OPEN), name="chase_once"),
            models.CheckConstraint(condition=Q(state__in=list(rules.CHASE_STATES)), name="chase_state_known"),
            models.CheckConstraint(condition=Q(source__in=list(rules.SOURCES)), name="chase_source_known"),
            models.CheckConstraint(condition=Q(remedy__in=rules.REMEDIES), name="chase_remedy_known"),
            models.CheckConstraint(
                condition=Q(state__in=rules.CHASE_OPEN, ended_at=None) | (~Q(state__in=rules.CHASE_OPEN) & Q(ended_at__isnull=False)),
                name="chase_ended_has_time",
            ),
        ]  # fmt: skip


class Claim(models.Model):
    """Money asked of whoever answers for a loss. `party` is a carrier's code, a supplier's or a warehouse's id, a merchant's name."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10)
    party = models.CharField(max_length=200)
    party_name = models.CharField(max_length=200)
    order_number = models.CharField(max_length=40, default="", db_default="", db_index=True)
    liability = models.ForeignKey(Liability, null=True, on_delete=models.PROTECT, related_name="+")
    chase = models.ForeignKey(Chase, null=True, on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    claimed = models.BigIntegerField()
    agreed = models.BigIntegerField(default=0, db_default=0)
    recovered = models.BigIntegerField(default=0, db_default=0)
    state = models.CharField(max_length=10, default=rules.DRAFT, db_default=rules.DRAFT)
    ground = models.CharField(max_length=500, default="", db_default="")
    papers = models.JSONField(default=list, db_default=_JSON_LIST)
    owner_id = models.BigIntegerField(null=True)
    owner = models.CharField(max_length=200, default="", db_default="")
    due_on = models.DateField(null=True)
    at = models.DateTimeField(db_default=MallNow())
    filed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state__in=rules.CLAIM_OPEN), name="claim_open"),
            models.Index(fields=["kind", "party", "at"], name="claim_party"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=rules.CLAIM_KINDS), name="claim_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(rules.CLAIM_STATES)), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(claimed__gt=0, agreed__gte=0, recovered__gte=0)
                & Q(agreed__lte=F("claimed"), recovered__lte=F("agreed")),
                name="claim_recovered_within",
            ),
            models.CheckConstraint(
                condition=~Q(state=rules.RECOVERED) | Q(recovered__gt=0), name="claim_recovered_has_money"
            ),
            models.UniqueConstraint(
                fields=["liability", "kind"], condition=~Q(state__in=[rules.REFUSED, rules.DROPPED]), name="claim_once"
            ),
        ]


class Entry(models.Model):
    """What happened to a liability, a chase or a claim (`number`); only added. `amount` is money that came in with it."""

    number = models.CharField(max_length=40)
    at = models.DateTimeField(db_default=MallNow())
    by = models.CharField(max_length=200, default="", db_default="")
    action = models.CharField(max_length=16)
    words = models.CharField(max_length=500, default="", db_default="")
    amount = models.BigIntegerField(default=0, db_default=0)
    data = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    key = models.CharField(max_length=80, null=True)

    class Meta:
        indexes = [models.Index(fields=["number", "id"], name="redress_entry_number")]
        constraints = [models.UniqueConstraint(fields=["number", "key"], name="redress_entry_once")]


class Play(models.Model):
    """An entry of the playbook: for such a scenario, these words and these compensations.

    `options` are {kind, usual, free, most, most_bp, coupon}: `free` is what service gives without asking, `most` (or `most_bp` of
    what was paid, the smaller) what anybody may give.
    """

    code = models.CharField(max_length=40, unique=True)
    scenario = models.CharField(max_length=16)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, default="", db_default="")
    words_zh = models.CharField(max_length=1000)
    words_en = models.CharField(max_length=1000, default="", db_default="")
    advice_zh = models.CharField(max_length=1000, default="", db_default="")
    advice_en = models.CharField(max_length=1000, default="", db_default="")
    min_total = models.BigIntegerField(default=0, db_default=0)
    max_total = models.BigIntegerField(null=True)
    tiers = models.JSONField(default=list, db_default=_JSON_LIST)
    max_times = models.IntegerField(null=True)
    options = models.JSONField(default=list, db_default=_JSON_LIST)
    position = models.IntegerField(default=0, db_default=0)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scenario__in=list(rules.SCENARIOS)), name="play_scenario_known"),
            models.CheckConstraint(
                condition=Q(min_total__gte=0) & (Q(max_total=None) | Q(max_total__gte=F("min_total"))),
                name="play_totals",
            ),
        ]


class Grant(models.Model):
    """A compensation: `amount` is points, minor units of money, or one coupon. `cost` is what it costs the mall, in minor units.

    `buyer` names who is counted: a member, or a mobile of guests as a digest. `key` is the wish's own: the same again is the same.
    """

    number = models.CharField(max_length=40, unique=True)
    key = models.CharField(max_length=80, unique=True)
    order_number = models.CharField(max_length=40)
    case_number = models.CharField(max_length=40, default="", db_default="")
    buyer = models.CharField(max_length=80)
    member_id = models.BigIntegerField(null=True)
    play = models.ForeignKey(Play, on_delete=models.PROTECT, related_name="+")
    scenario = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    amount = models.BigIntegerField()
    free = models.BigIntegerField()
    most = models.BigIntegerField()
    coupon = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)
    beyond = models.CharField(max_length=8, default="", db_default="")
    words = models.CharField(max_length=500, default="", db_default="")
    state = models.CharField(max_length=10, default=rules.WAITING, db_default=rules.WAITING)
    outcome = models.CharField(
        max_length=40, default="", db_default=""
    )  # the case, the code or the posting that carried it out
    asked_id = models.BigIntegerField(null=True)
    asked_by = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    approved = models.BooleanField(default=False, db_default=False)  # by somebody who may go beyond
    decided_by = models.CharField(max_length=200, default="", db_default="")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=500, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["order_number", "id"], name="grant_order"),
            models.Index(fields=["buyer", "asked_at"], name="grant_buyer"),
            models.Index(fields=["-id"], condition=Q(state=rules.WAITING), name="grant_waiting"),
            models.Index(fields=["decided_at"], condition=Q(state=rules.GRANTED), name="grant_decided"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(rules.REMEDY_WORDS)), name="grant_kind_known"),
            models.CheckConstraint(condition=Q(state__in=list(rules.GRANT_STATES)), name="grant_state_known"),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lte=F("most"), cost__gte=0), name="grant_within_most"),
            models.CheckConstraint(
                condition=~Q(state=rules.GRANTED) | (Q(beyond="") & Q(amount__lte=F("free"))) | Q(approved=True),
                name="grant_beyond_is_approved",
            ),
            models.CheckConstraint(condition=Q(state=rules.WAITING) | Q(decided_at__isnull=False), name="grant_decided_has_time"),
            models.UniqueConstraint(
                fields=["order_number", "play", "kind"], condition=~Q(state=rules.DECLINED), name="grant_once"
            ),
        ]  # fmt: skip


class Rating(models.Model):
    """How a buyer found his case handled, 1 to 5, once. `person` decided about it; `products` are its goods."""

    case_number = models.CharField(max_length=40, unique=True)
    order_number = models.CharField(max_length=40)
    score = models.SmallIntegerField()
    words = models.CharField(max_length=500, default="", db_default="")
    kind = models.CharField(max_length=16)
    reason = models.CharField(max_length=24)
    person = models.CharField(max_length=200, default="", db_default="")
    products = models.JSONField(default=list, db_default=_JSON_LIST)
    noted = models.CharField(max_length=500, default="", db_default="")  # what the mall makes of it
    noted_by = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["-at"], name="rating_at")]
        constraints = [models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_score")]
