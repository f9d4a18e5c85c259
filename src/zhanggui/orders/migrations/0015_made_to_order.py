from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0014_promised_hours")]
    operations = [
        migrations.AddField("orderline", "particulars", models.JSONField(null=True)),
        migrations.AddField("orderline", "surcharge", models.BigIntegerField(default=0, db_default=0)),
        migrations.AddConstraint(
            "orderline",
            models.CheckConstraint(
                condition=Q(surcharge__gte=0, surcharge__lte=F("unit_price")), name="orderline_surcharge_within"
            ),
        ),
        migrations.RemoveConstraint("order", "order_hold_known"),
        migrations.AddConstraint(
            "order", models.CheckConstraint(condition=Q(hold__in=["", "group", "making"]), name="order_hold_known")
        ),
        SqlFile(SQL / "place.sql"),
        SqlFile(SQL / "pay.sql"),
    ]
