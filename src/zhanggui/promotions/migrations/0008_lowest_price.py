import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_title_pairs"),
        ("promotions", "0007_coupon_sends"),
    ]

    operations = [
        migrations.CreateModel(
            name="LowestPrice",
            fields=[
                (
                    "sku",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalog.sku",
                    ),
                ),
                ("price", models.BigIntegerField()),
                ("bound", models.BigIntegerField()),
                ("sale_price", models.BigIntegerField()),
                ("floor", models.BigIntegerField(null=True)),
                ("cost", models.BigIntegerField(null=True)),
                (
                    "rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "goods",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("cart", models.JSONField()),
                ("stale", models.BooleanField(db_default=False, default=False)),
                ("marked_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("bound__gte", 0), ("price__gte", models.F("bound"))),
                        name="lowest_price_bound",
                    )
                ],
                "indexes": [
                    models.Index(condition=models.Q(("stale", True)), fields=["sku"], name="lowest_price_stale"),
                    django.contrib.postgres.indexes.GinIndex(fields=["goods"], name="lowest_price_goods"),
                    django.contrib.postgres.indexes.GinIndex(fields=["rules"], name="lowest_price_rules"),
                ],
            },
        ),
    ]
