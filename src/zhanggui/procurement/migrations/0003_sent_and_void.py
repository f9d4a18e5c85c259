from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("procurement", "0002_functions")]
    operations = [
        migrations.AddField("payable", "reference", models.CharField(max_length=60, default="", db_default="")),
        migrations.AlterField(
            "payable",
            "receipt",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.receipt"
            ),
        ),
        migrations.AddConstraint(
            "payable",
            models.UniqueConstraint(fields=["reference"], condition=~Q(reference=""), name="payable_reference_once"),
        ),
        migrations.AddConstraint(
            "payable",
            models.CheckConstraint(
                condition=Q(receipt=None) & ~Q(reference="") | Q(receipt__isnull=False, reference=""),
                name="payable_for_one_thing",
            ),
        ),
        migrations.CreateModel(
            "PaymentVoid",
            [
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="void",
                        serialize=False,
                        to="procurement.payment",
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=200, default="", db_default="")),
                ("at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
        ),
        migrations.AddField(
            "settlement",
            "reverses",
            models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.settlement"
            ),
        ),
        migrations.RemoveConstraint("settlement", "settlement_positive"),
        migrations.AddConstraint(
            "settlement",
            models.CheckConstraint(
                condition=Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False, credit=None),
                name="settlement_positive",
            ),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
