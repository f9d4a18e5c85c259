from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_title_pairs")]
    operations = [
        migrations.AddField(
            "product", "supply_mode", models.CharField(max_length=16, default="stocked", db_default="stocked")
        ),
        migrations.AddField("product", "promise_hours", models.SmallIntegerField(null=True)),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(condition=Q(supply_mode__in=("stocked", "dropshipped")), name="product_supply_mode"),
        ),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                condition=Q(promise_hours=None) | (~Q(supply_mode="stocked") & Q(promise_hours__range=(1, 2400))),
                name="product_promise_hours",
            ),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
