from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
        ("promotions", "0004_audience_and_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stock", models.BigIntegerField()),
                ("taken", models.BigIntegerField(db_default=0, default=0)),
                ("per_holder", models.IntegerField(null=True)),
                (
                    "promotion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.promotion",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.sku",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["promotion", "sku"], name="quota_once"),
                    models.CheckConstraint(
                        condition=Q(taken__gte=0) & (Q(stock__isnull=True) | Q(taken__lte=F("stock"))),
                        name="quota_taken_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HolderPieces",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=80)),
                ("taken", models.IntegerField(db_default=0, default=0)),
                ("allowed", models.IntegerField()),
                (
                    "quota",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="promotions.quota",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["quota", "holder"], name="holderpieces_once"),
                    models.CheckConstraint(
                        condition=Q(taken__gte=0, taken__lte=F("allowed")), name="holderpieces_within"
                    ),
                ],
            },
        ),
        migrations.AddField(model_name="redemption", name="pieces", field=models.JSONField(null=True)),
        migrations.RemoveConstraint(model_name="redemption", name="redemption_amount_positive"),
        migrations.AddConstraint(
            model_name="redemption",
            constraint=models.CheckConstraint(
                condition=Q(amount__gte=0), name="redemption_amount_not_negative"
            ),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
