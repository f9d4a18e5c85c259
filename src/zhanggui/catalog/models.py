"""Tables of the catalogue. Only this module touches them; others hold references to `Sku` and ask the selectors."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import MD5

from zhanggui.kernel.clock import MallNow

from . import states
from .types import MOST_HOURS, SUPPLY_MODES, SupplyMode


class Category(models.Model):
    """A node of the tree. `ancestors` is the path of ids from the root to itself, so a subtree is one array test."""

    code = models.CharField(max_length=32, unique=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    ancestors = ArrayField(models.BigIntegerField(), default=list)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, default="", db_default="")
    slug = models.CharField(max_length=120, unique=True)
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        indexes = [GinIndex(fields=["ancestors"], name="category_ancestors")]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name_zh"], nulls_distinct=False, name="category_name_once"),
        ]


class Brand(models.Model):
    name = models.CharField(max_length=100)
    name_key = models.CharField(max_length=100, unique=True)  # normalised: one brand however it is written
    slug = models.CharField(max_length=120, unique=True)
    description = models.TextField(default="", db_default="")
    name_en = models.CharField(max_length=100, default="", db_default="")
    description_en = models.TextField(default="", db_default="")
    position = models.IntegerField(default=0, db_default=0)


class AttributeDefinition(models.Model):
    """What products of a category and all below it (null: of every one) say about themselves, and in which type."""

    name = models.CharField(max_length=60)
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    label_zh = models.CharField(max_length=60)
    label_en = models.CharField(max_length=60, default="", db_default="")
    kind = models.CharField(max_length=8)
    unit = models.CharField(max_length=20, default="", db_default="")
    choices = models.JSONField(default=list, db_default=[])
    choices_en = models.JSONField(default=dict, db_default={})  # English by value; of a variant axis, of its options
    required = models.BooleanField(default=False, db_default=False)
    filterable = models.BooleanField(default=False, db_default=False)
    variant_axis = models.BooleanField(default=False, db_default=False)
    position = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "name"], nulls_distinct=False, name="attribute_name_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "number", "choice", "multi", "bool"]), name="attribute_kind"
            ),
        ]


class CodeSequence(models.Model):
    """The last serial given out per prefix; one conditional statement moves it, so no two products share a code."""

    prefix = models.CharField(max_length=32, primary_key=True)
    last = models.BigIntegerField(default=0)


class Product(models.Model):
    """An SPU. `version` moves with every change of content and tells the second of two editors."""

    code = models.CharField(max_length=50, unique=True)
    slug = models.CharField(max_length=120, unique=True)
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, default="", db_default="")
    description_html = models.TextField(default="", db_default="")
    title_en = models.CharField(max_length=300, default="", db_default="")
    subtitle_en = models.CharField(max_length=300, default="", db_default="")
    description_html_en = models.TextField(default="", db_default="")
    category = models.ForeignKey(Category, null=True, on_delete=models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, related_name="+")
    attributes = models.JSONField(default=dict, db_default={})
    attributes_en = models.JSONField(default=dict, db_default={})  # English of free-text values, by name
    tags = ArrayField(models.CharField(max_length=60), default=list, db_default=[])
    option_names = ArrayField(models.TextField(), default=list, db_default=[])  # the axes of its variants, in order
    image = models.CharField(max_length=120, default="", db_default="")  # file of the first ready picture
    state = models.CharField(max_length=10, default=states.DRAFT, db_default=states.DRAFT)
    list_at = models.DateTimeField(null=True)
    delist_at = models.DateTimeField(null=True)
    schedule_problem = models.TextField(default="", db_default="")
    #: How its units come to the buyer, and within how many hours of payment where it has a promise of its own (null: the mall's
    #: for goods of that kind); `supply.hours` tells which.
    supply_mode = models.CharField(max_length=16, default=SupplyMode.STOCKED, db_default=SupplyMode.STOCKED)
    promise_hours = models.SmallIntegerField(null=True)
    listed_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1, db_default=1)
    created_at = models.DateTimeField(db_default=MallNow())
    updated_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=states.STATES), name="product_state"),
            models.CheckConstraint(condition=Q(supply_mode__in=SUPPLY_MODES), name="product_supply_mode"),
            models.CheckConstraint(
                condition=Q(promise_hours=None)
                | (~Q(supply_mode=SupplyMode.STOCKED) & Q(promise_hours__range=(1, MOST_HOURS))),
                name="product_promise_hours",
            ),
            models.CheckConstraint(
                condition=Q(list_at=None) | Q(delist_at=None) | Q(delist_at__gt=F("list_at")), name="product_schedule"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="product_state_id"),
            models.Index(fields=["list_at"], name="product_list_at", condition=~Q(list_at=None)),
            models.Index(fields=["delist_at"], name="product_delist_at", condition=~Q(delist_at=None)),
            GinIndex(Func(F("title"), function="catalog_pairs"), name="product_title_pairs"),
        ]


class Sku(models.Model):
    """What is priced, stocked and sold. `code` is the contract's `sku`."""

    code = models.CharField(max_length=64, unique=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="skus")
    options = models.JSONField(default=dict, db_default={})
    options_text = models.CharField(max_length=300, default="", db_default="")
    barcode = models.CharField(max_length=64, default="", db_default="")
    weight_g = models.IntegerField(default=0, db_default=0)
    image = models.CharField(max_length=120, default="", db_default="")  # file of its own first ready picture
    position = models.IntegerField(default=0, db_default=0)
    active = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(weight_g__gte=0), name="sku_weight")]
        indexes = [models.Index(fields=["barcode"], name="sku_barcode", condition=~Q(barcode=""))]


class Media(models.Model):
    """A picture of a product or of one of its SKUs; a picture known by address only is fetched by a job."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="media")
    sku = models.ForeignKey(Sku, null=True, on_delete=models.SET_NULL, related_name="+")
    source_url = models.TextField(default="", db_default="")
    file = models.CharField(max_length=120, default="", db_default="")  # below MEDIA_ROOT
    state = models.CharField(max_length=8, default=states.PENDING, db_default=states.PENDING)
    reason = models.CharField(max_length=300, default="", db_default="")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_attempt_at = models.DateTimeField(db_default=MallNow())
    alt = models.CharField(max_length=300, default="", db_default="")
    position = models.IntegerField(default=0, db_default=0)
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("product"),
                F("sku"),
                MD5("source_url"),  # an address may be longer than an index row
                condition=~Q(source_url=""),
                nulls_distinct=False,
                name="media_source_once",
            ),
            models.CheckConstraint(condition=Q(state__in=["pending", "ready", "failed"]), name="media_state"),
            models.CheckConstraint(condition=~Q(state="ready") | ~Q(file=""), name="media_ready_has_file"),
        ]
        indexes = [models.Index(fields=["next_attempt_at"], name="media_pending", condition=Q(state="pending"))]


class ImportRecord(models.Model):
    """Which product an outside file's record became; the digest tells that nothing in it has changed."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="import_record_once")]


class SkuFacts(models.Model):
    """What the modules above told about a SKU: its price now (minor units), whether it can be had. For lists only."""

    sku = models.OneToOneField(Sku, primary_key=True, on_delete=models.CASCADE, related_name="+")
    price = models.BigIntegerField(null=True)
    list_price = models.BigIntegerField(null=True)
    in_stock = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(price=None) | Q(price__gte=0)) & (Q(list_price=None) | Q(list_price__gte=0)),
                name="sku_facts_price",
            )
        ]


class ProductStats(models.Model):
    """Units sold and rating of a product (`rating` in hundredths of a star, null without reviews)."""

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="+")
    sales = models.BigIntegerField(default=0, db_default=0)
    rating = models.SmallIntegerField(null=True)
    rating_count = models.IntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(rating=None) | Q(rating__range=(100, 500)), name="stats_rating"),
            models.CheckConstraint(condition=Q(sales__gte=0) & Q(rating_count__gte=0), name="stats_counts"),
        ]


class Listing(models.Model):
    """One row per listed product with all a list page needs: a projection, rebuilt by `listings.project`."""

    product = models.OneToOneField(Product, primary_key=True, on_delete=models.CASCADE, related_name="+")
    slug = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    subtitle = models.CharField(max_length=300, default="", db_default="")
    title_en = models.CharField(max_length=300, default="", db_default="")
    subtitle_en = models.CharField(max_length=300, default="", db_default="")
    image = models.CharField(max_length=120, default="", db_default="")
    sku_ids = ArrayField(models.BigIntegerField(), default=list)
    ancestors = ArrayField(models.BigIntegerField(), default=list)
    brand_id = models.BigIntegerField(null=True)
    tokens = ArrayField(models.TextField(), default=list)
    tags = ArrayField(models.TextField(), default=list)
    price = models.BigIntegerField(null=True)
    list_price = models.BigIntegerField(null=True)
    in_stock = models.BooleanField(default=False, db_default=False)
    sales = models.BigIntegerField(default=0, db_default=0)
    rating = models.SmallIntegerField(null=True)
    rating_count = models.IntegerField(default=0, db_default=0)
    listed_at = models.DateTimeField()
    search = SearchVectorField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["search"], name="listing_search"),
            GinIndex(fields=["ancestors"], name="listing_ancestors"),
            GinIndex(fields=["tokens"], name="listing_tokens"),
            models.Index(fields=["brand_id"], name="listing_brand"),
            models.Index(F("listed_at").desc(), F("product").desc(), name="listing_new"),
            models.Index(F("sales").desc(), F("product").desc(), name="listing_sales"),
            models.Index(F("price").asc(nulls_last=True), F("product").desc(), name="listing_price_up"),
            models.Index(F("price").desc(nulls_last=True), F("product").desc(), name="listing_price_down"),
            models.Index(F("rating").desc(nulls_last=True), F("product").desc(), name="listing_rating"),
        ]


class Outage(models.Model):
    """A product on sale that had nothing left to sell: since when, whether it was taken off sale for it, and how it ended.

    One at a time for a product. `outcome`: "" while it lasts, back (there is stock again, it was on sale all the time), relisted,
    ended (the product went another way). `problem`: why it could not be put on sale again by itself.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=MallNow())
    delisted = models.BooleanField()
    until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, default="", db_default="")
    problem = models.CharField(max_length=300, default="", db_default="")
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=200, default="", db_default="")
    note = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product"], condition=Q(until=None), name="outage_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome="", until=None) | Q(outcome__in=["back", "relisted", "ended"], until__isnull=False),
                name="outage_outcome",
            ),
        ]
        indexes = [models.Index(fields=["-id"], condition=Q(until=None), name="outage_open")]
