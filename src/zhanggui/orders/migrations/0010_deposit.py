from pathlib import Path

from django.db import migrations, models
from django.db.models import F, Q

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_special_prices"), ("presale", "0002_functions")]
    operations = [
        migrations.AddField(model_name="order", name="deposit", field=models.BigIntegerField(db_default=0, default=0)),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=Q(deposit__gte=0, deposit__lte=F("paid_total")) & (Q(deposit=0) | Q(deposit__lte=F("total"))),
                name="order_deposit_is_paid",
            ),
        ),
        SqlFile(SQL / "place.sql"),
        SqlFile(SQL / "pay.sql"),
    ]
