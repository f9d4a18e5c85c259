"""Tables of content. A page's `content` is its draft; what is shown is the revision that was published."""

from django.db import models
from django.db.models import F, Q

from zhanggui.kernel.clock import MallNow

from .states import DRAFT, KINDS, PUBLISHED, STATES


class Page(models.Model):
    """A page and its draft. `version` moves with every save and tells the second of two editors."""

    kind = models.CharField(max_length=10)
    slug = models.CharField(max_length=80, unique=True)
    topic = models.CharField(max_length=40, default="", db_default="")
    position = models.IntegerField(default=0, db_default=0)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, default="", db_default="")
    content = models.JSONField()
    version = models.IntegerField(default=1, db_default=1)
    state = models.CharField(max_length=10, default=DRAFT, db_default=DRAFT)
    shown = models.IntegerField(null=True)  # the number of the published revision
    published_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)
    unpublish_at = models.DateTimeField(null=True)
    schedule_problem = models.TextField(default="", db_default="")
    updated_by = models.CharField(max_length=200, default="", db_default="")
    updated_at = models.DateTimeField(db_default=MallNow())
    created_at = models.DateTimeField(db_default=MallNow())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="page_kind_known"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="page_state_known"),
            models.CheckConstraint(
                condition=(Q(state=PUBLISHED) & Q(shown__isnull=False) & Q(published_at__isnull=False))
                | (~Q(state=PUBLISHED) & Q(shown__isnull=True)),
                name="page_published_shows_a_version",
            ),
            models.CheckConstraint(
                condition=Q(publish_at=None) | Q(unpublish_at=None) | Q(unpublish_at__gt=F("publish_at")),
                name="page_schedule",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "-id"], name="page_kind_id"),
            models.Index(
                fields=["kind", "topic", "-published_at", "-id"], condition=Q(state=PUBLISHED), name="page_published"
            ),
            models.Index(fields=["publish_at"], condition=~Q(publish_at=None), name="page_publish_at"),
            models.Index(fields=["unpublish_at"], condition=~Q(unpublish_at=None), name="page_unpublish_at"),
        ]


class Revision(models.Model):
    """A version of a page: what one editor made of it until it was published or another one went on."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.IntegerField()
    content = models.JSONField()
    note = models.CharField(max_length=200, default="", db_default="")
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200, default="", db_default="")
    at = models.DateTimeField(db_default=MallNow())
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="revision_number_once")]


class SitePart(models.Model):
    """What every page of the shop carries: its style, menus and friend links, one row each."""

    key = models.CharField(max_length=20, primary_key=True)
    data = models.JSONField()
    version = models.IntegerField(default=1, db_default=1)
    updated_by = models.CharField(max_length=200, default="", db_default="")
    updated_at = models.DateTimeField(db_default=MallNow())


class HotSale(models.Model):
    """Units of a product sold in the last days (`content.hot_days`), brought up to date by a job."""

    product_id = models.BigIntegerField(primary_key=True)
    units = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(units__gt=0), name="hot_sale_sold")]
        indexes = [models.Index(fields=["-units", "-product_id"], name="hot_sale_units")]
