from pathlib import Path

from django.db import migrations, models
from django.db.models import Q

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_points"), ("groupbuy", "0002_functions")]
    operations = [
        migrations.AddField(
            model_name="order", name="hold", field=models.CharField(db_default="", default="", max_length=8)
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(condition=Q(hold__in=["", "group"]), name="order_hold_known"),
        ),
        migrations.AddIndex(
            model_name="order", index=models.Index(condition=~Q(hold=""), fields=["id"], name="order_held")
        ),
        SqlFile(SQL / "place.sql"),
        SqlFile(SQL / "pay.sql"),
    ]
