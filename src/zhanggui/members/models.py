"""Tables of members."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .types import ASSETS, OTHER_ACCOUNTS, POSTING_KINDS


class Member(models.Model):
    """A buyer with an account; the primary key is the account's (column `id`)."""

    user = models.OneToOneField(
        "accounts.User", on_delete=models.PROTECT, primary_key=True, related_name="+", db_column="id"
    )
    nickname = models.CharField(max_length=80, default="", db_default="")
    email = models.CharField(max_length=254, default="", db_default="")
    birthday = models.DateField(null=True)
    status = models.CharField(max_length=10, default="active", db_default="active")
    tier = models.CharField(max_length=20, default="basic", db_default="basic")
    granted_tier = models.CharField(max_length=20, default="", db_default="")
    granted_until = models.DateField(null=True)
    employee = models.BooleanField(default=False, db_default=False)
    tags = ArrayField(models.TextField(), default=list)
    source = models.CharField(max_length=40, default="", db_default="")
    external_id = models.CharField(max_length=80, default="", db_default="")
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["active", "blocked"]), name="member_status"),
            models.UniqueConstraint(
                fields=["source", "external_id"], name="member_imported_once", condition=~Q(external_id="")
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="member_created"),
            GinIndex(fields=["tags"], name="member_tags"),
            models.Index(fields=["tier"], condition=~Q(tier="basic"), name="member_tier"),
        ]


class Tier(models.Model):
    """A tier (会员等级) with what opens it and what it gives. The first one, `basic`, need not be stored.

    `growth_threshold`: paid and kept within `members.tier_days`; `entry_amount`: one order that opens it at once; minor units.
    """

    code = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, default="", db_default="")
    rank = models.SmallIntegerField()
    growth_threshold = models.BigIntegerField(null=True)
    entry_amount = models.BigIntegerField(null=True)
    discount_bp = models.IntegerField(default=10_000, db_default=10_000)
    points_bp = models.IntegerField(default=0, db_default=0)
    free_shipping = models.BooleanField(default=False, db_default=False)
    birthday_points = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rank"], name="tier_rank_once"),
            models.CheckConstraint(condition=Q(discount_bp__gt=0, discount_bp__lte=10_000), name="tier_discount"),
            models.CheckConstraint(condition=Q(points_bp__gte=0, birthday_points__gte=0), name="tier_points"),
        ]


class TierChange(models.Model):
    """That a member rose or fell, and why: an order's number, `night` or `grant`."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    cause = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="tierchange_of_member")]


class Address(models.Model):
    """Where a member wants parcels to go; orders keep their own copy."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    mobile = models.CharField(max_length=20)
    province = models.CharField(max_length=40)
    city = models.CharField(max_length=40)
    district = models.CharField(max_length=40, default="", db_default="")
    line = models.CharField(max_length=200)
    is_default = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member"], name="one_default_address", condition=Q(is_default=True))
        ]
        indexes = [models.Index(fields=["member", "-is_default", "id"], name="address_of_member")]


class Favourite(models.Model):
    """A product a member wants to find again; `price` is what it cost then (minor units), to tell a lower one by."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    product_id = models.BigIntegerField()
    price = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "product_id"], name="favourite_once")]
        indexes = [models.Index(fields=["member", "-id"], name="favourite_of_member")]


class Contact(models.Model):
    """A time the mall and a member spoke, or a note staff keep; never altered (CRM-01)."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=2000)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["note", "call", "message", "mail", "visit", "complaint"]), name="contact_kind"
            )
        ]
        indexes = [models.Index(fields=["member", "-id"], name="contact_of_member")]


class Purse(models.Model):
    """What a member holds of an asset (`points`, or `balance` in minor units): the sum of the lots.

    `owed` are points to be taken back that were spent already; the next ones pay them.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    asset = models.CharField(max_length=10)
    balance = models.BigIntegerField(default=0, db_default=0)
    owed = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "asset"], name="purse_once"),
            models.CheckConstraint(condition=Q(asset__in=ASSETS), name="purse_asset"),
            models.CheckConstraint(condition=Q(balance__gte=0, owed__gte=0), name="purse_not_negative"),
        ]


class Posting(models.Model):
    """An amount moved from one account to another; never altered, never deleted. One of the accounts is the member's.

    That all accounts sum to zero follows from the shape of the row. (`asset`, `kind`, `key`) names the cause and is written once.
    Points earned keep the amount they were earned with (`base`) and how many of them were taken back since (`reversed`).
    """

    asset = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    reference = models.CharField(max_length=40, default="", db_default="")  # the order
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=10)
    target = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    base = models.BigIntegerField(null=True)
    reversed = models.BigIntegerField(default=0, db_default=0)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    reason = models.CharField(max_length=500, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "kind", "key"], name="posting_once"),
            models.CheckConstraint(condition=Q(asset__in=ASSETS, kind__in=tuple(POSTING_KINDS)), name="posting_known"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="posting_positive"),
            models.CheckConstraint(condition=Q(reversed__gte=0, reversed__lte=F("amount")), name="posting_reversed"),
            models.CheckConstraint(
                condition=Q(source="member", target__in=OTHER_ACCOUNTS) | Q(target="member", source__in=OTHER_ACCOUNTS),
                name="posting_accounts",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "asset", "-id"], name="posting_of_member"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="posting_reference"),
        ]


class Lot(models.Model):
    """What came with one posting, and what is left of it; without `expires_at` it stays for ever."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", db_index=False)
    asset = models.CharField(max_length=10)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    remaining = models.BigIntegerField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, remaining__gte=0, remaining__lte=F("amount")), name="lot_remaining_within"
            )
        ]
        indexes = [
            models.Index(fields=["member", "asset", "expires_at"], condition=Q(remaining__gt=0), name="lot_of_member"),
            models.Index(fields=["expires_at"], condition=Q(remaining__gt=0), name="lot_expiring"),
        ]


class LotUse(models.Model):
    """How much of a lot a posting took, and how much of that came back."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    returned = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, returned__gte=0, returned__lte=F("amount")), name="lotuse_returned_within"
            )
        ]
