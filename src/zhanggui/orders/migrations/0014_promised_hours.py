from pathlib import Path

from django.db import migrations, models

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_order_kind")]
    operations = [
        migrations.AddField("order", "promise_hours", models.SmallIntegerField(null=True)),
        migrations.AddField("order", "whole_hours", models.SmallIntegerField(null=True)),
        migrations.AddField(
            "orderline", "supply_mode", models.CharField(max_length=16, default="stocked", db_default="stocked")
        ),
        migrations.AddField("orderline", "promise_hours", models.SmallIntegerField(null=True)),
        SqlFile(SQL / "place.sql"),
        SqlFile(SQL / "pay.sql"),
    ]
