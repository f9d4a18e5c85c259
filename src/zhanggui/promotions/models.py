"""Tables of promotions. Counters are moved by `sql/functions.sql` and `locks.py` only; CHECKs are the last word."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import DRAFT, STATES


def _within(used: str, limit: str) -> Q:
    """0 ≤ used ≤ limit, where a missing limit is none."""
    return Q(**{f"{used}__gte": 0}) & (Q(**{f"{limit}__isnull": True}) | Q(**{f"{used}__lte": F(limit)}))


class Promotion(models.Model):
    """One rule of the mall, a coupon included. `config` is what its kind's `parse` accepts; amounts in minor units.

    `used` and `budget_used` are kept only where a `use_limit` or a `budget` is set.
    """

    kind = models.CharField(max_length=40)
    label_zh = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80, default="", db_default="")
    config = models.JSONField()
    scope = models.JSONField()
    daily = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    priority = models.SmallIntegerField(default=0, db_default=0)
    exclusive_group = models.CharField(max_length=40, default="", db_default="")
    audience = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    apart = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    state = models.CharField(max_length=8, default=DRAFT, db_default=DRAFT)

    use_limit = models.BigIntegerField(null=True)
    used = models.BigIntegerField(default=0, db_default=0)
    per_holder_limit = models.IntegerField(null=True)
    budget = models.BigIntegerField(null=True)
    budget_used = models.BigIntegerField(default=0, db_default=0)

    created_at = models.DateTimeField(db_default=MallNow())
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="promotion_state_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="promotion_ends_after_start"
            ),
            models.CheckConstraint(condition=_within("used", "use_limit"), name="promotion_used_within"),
            models.CheckConstraint(condition=_within("budget_used", "budget"), name="promotion_budget_within"),
            models.CheckConstraint(
                condition=Q(per_holder_limit__isnull=True) | Q(per_holder_limit__gt=0), name="promotion_holder_limit"
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="promotion_state")]


class Coupon(models.Model):
    """How the codes of a coupon come into the world. The offer itself is its promotion.

    `issue_limit` bounds all codes together, `per_member_limit` what one member may hold, however he came by it. Void codes
    count for neither. `valid_days`: how long a code is good from when a member has it, within the promotion's own window.
    `points_price`: so many points buy one.
    """

    promotion = models.OneToOneField(Promotion, primary_key=True, on_delete=models.PROTECT, related_name="coupon")
    claimable = models.BooleanField(default=False, db_default=False)
    per_member_limit = models.IntegerField(default=1, db_default=1)
    issue_limit = models.BigIntegerField(null=True)
    issued = models.BigIntegerField(default=0, db_default=0)
    valid_days = models.IntegerField(null=True)
    points_price = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_within("issued", "issue_limit"), name="coupon_issued_within"),
            models.CheckConstraint(
                condition=Q(points_price__isnull=True) | Q(points_price__gt=0, claimable=False),
                name="coupon_points_price",
            ),
            models.CheckConstraint(condition=Q(per_member_limit__gt=0), name="coupon_member_limit"),
            models.CheckConstraint(
                condition=Q(valid_days__isnull=True) | Q(valid_days__gt=0), name="coupon_valid_days"
            ),
        ]


class CouponHolding(models.Model):
    """How many codes of a coupon a member has had (void ones not); `allowed` is the limit as it was at the last one."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+")
    held = models.IntegerField()
    allowed = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coupon", "member"], name="couponholding_once"),
            models.CheckConstraint(condition=Q(held__gte=0, held__lte=F("allowed")), name="couponholding_within"),
        ]


class CouponBatch(models.Model):
    """Single-use codes made together, for whoever gets them. `name` is what its codes carry as `batch`."""

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=32)
    note = models.CharField(max_length=200, default="", db_default="")
    made = models.IntegerField()
    actor_label = models.CharField(max_length=200, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="couponbatch_once")]


class CouponSend(models.Model):
    """A coupon on its way to many members. `had`: who had his share already; `failure`: why it ended early.

    `audience` says whom it was for; who exactly is in `CouponSendMember`. A `key` is one send, however often it is asked for.
    """

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    audience = models.JSONField()
    note = models.CharField(max_length=200, default="", db_default="")
    total = models.IntegerField()
    sent = models.IntegerField(default=0, db_default=0)
    had = models.IntegerField(default=0, db_default=0)
    failure = models.CharField(max_length=20, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    asked_at = models.DateTimeField(db_default=MallNow())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="couponsend_once"),
            models.CheckConstraint(
                condition=Q(sent__gte=0, had__gte=0, total__gte=F("sent") + F("had")), name="couponsend_within"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(finished_at__isnull=True), name="couponsend_waiting")]


class CouponSendMember(models.Model):
    """Whom a send is for. `outcome` is empty until his part is carried out, then `sent` or `had`."""

    send = models.ForeignKey(CouponSend, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=10, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["send", "member"], name="couponsendmember_once")]
        indexes = [models.Index(fields=["send", "member"], condition=Q(outcome=""), name="couponsendmember_waiting")]


class CouponCode(models.Model):
    """What a buyer types or finds in the wallet, kept in upper case. With a member it is that member's alone.

    `used` is kept only where `max_uses` is set; a public code without a limit takes no lock. Good from `valid_from` to
    `valid_until` within the promotion's window (null: all of it); `grace_until` is granted beyond both to a code that came
    back from an order after its time.
    """

    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=32)
    origin = models.CharField(max_length=10)
    batch = models.CharField(max_length=32, default="", db_default="")
    member = models.ForeignKey("members.Member", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    held_at = models.DateTimeField(null=True)
    max_uses = models.IntegerField(null=True)
    used = models.IntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=MallNow())
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    grace_until = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="couponcode_once"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="couponcode_window",
            ),
            models.CheckConstraint(condition=_within("used", "max_uses"), name="couponcode_used_within"),
            models.CheckConstraint(
                condition=Q(origin__in=["public", "generated", "granted", "claimed", "exchanged"]),
                name="couponcode_origin_known",
            ),
        ]
        indexes = [
            models.Index(fields=["coupon", "batch", "id"], name="couponcode_batch"),
            models.Index(fields=["member", "-id"], condition=Q(member__isnull=False), name="couponcode_member"),
        ]


class CouponExchange(models.Model):
    """A member got this code for points. Asked for again under its `key`, it is the answer; never altered, never deleted."""

    code = models.OneToOneField(CouponCode, primary_key=True, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("members.Member", on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    points = models.BigIntegerField()
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "key"], name="couponexchange_once"),
            models.CheckConstraint(condition=Q(points__gt=0), name="couponexchange_points"),
        ]


class HolderUse(models.Model):
    """How often one holder (`m:<member id>`, or `p:<digest of the mobile>` for a guest) used one promotion.

    No foreign key constraint, for the reason given at `Redemption`.
    """

    promotion = models.ForeignKey(
        Promotion, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    holder = models.CharField(max_length=80)
    used = models.IntegerField(default=0, db_default=0)
    allowed = models.IntegerField()  # the limit as it was at the last use, so that a CHECK can hold it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "holder"], name="holderuse_once"),
            models.CheckConstraint(condition=Q(used__gte=0, used__lte=F("allowed")), name="holderuse_within"),
        ]


class Quota(models.Model):
    """How many pieces of a SKU a promotion gives at its price, in all and to each holder (null: without bound)."""

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    stock = models.BigIntegerField()
    taken = models.BigIntegerField(default=0, db_default=0)
    per_holder = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "sku"], name="quota_once"),
            models.CheckConstraint(condition=_within("taken", "stock"), name="quota_taken_within"),
        ]


class HolderPieces(models.Model):
    """How many pieces of a quota one holder has; `allowed` is the bound as it was when they were last taken."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="+", db_index=False)
    holder = models.CharField(max_length=80)
    taken = models.IntegerField(default=0, db_default=0)
    allowed = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quota", "holder"], name="holderpieces_once"),
            models.CheckConstraint(condition=Q(taken__gte=0, taken__lte=F("allowed")), name="holderpieces_within"),
        ]


class Redemption(models.Model):
    """An order took a counted promotion or a coupon. Given back when the order is undone, never deleted.

    No foreign key constraints: promotions and codes are never deleted (`doctor` checks), and their check would write a
    share lock into the one row every order of a sale refers to.
    """

    promotion = models.ForeignKey(
        Promotion, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    coupon_code = models.ForeignKey(
        CouponCode, null=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    holder = models.CharField(max_length=80)
    order_number = models.CharField(max_length=40)
    amount = models.BigIntegerField()
    pieces = models.JSONField(null=True)  # [[SKU, pieces], …] of quotas
    at = models.DateTimeField(db_default=MallNow())
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_number", "promotion"], name="redemption_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="redemption_amount_not_negative"),
        ]
        indexes = [
            models.Index(fields=["promotion", "id"], name="redemption_promotion"),
        ]


class LowestPrice(models.Model):
    """The lowest reachable price of a SKU as it was found last; see `lowest.LowestView`. `goods` are the SKUs of its cart."""

    sku = models.OneToOneField("catalog.Sku", primary_key=True, on_delete=models.CASCADE, related_name="+")
    price = models.BigIntegerField()
    bound = models.BigIntegerField()
    sale_price = models.BigIntegerField()
    floor = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(null=True)
    rules = ArrayField(models.BigIntegerField(), default=list)
    goods = ArrayField(models.BigIntegerField(), default=list)
    cart = models.JSONField()
    stale = models.BooleanField(default=False, db_default=False)
    marked_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(bound__gte=0, price__gte=F("bound")), name="lowest_price_bound"),
        ]
        indexes = [
            models.Index(fields=["sku"], condition=Q(stale=True), name="lowest_price_stale"),
            GinIndex(fields=["goods"], name="lowest_price_goods"),
            GinIndex(fields=["rules"], name="lowest_price_rules"),
        ]
