from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_posting_read_once")]
    operations = [
        migrations.AddField("warehouse", "kind", models.CharField(max_length=8, default="own", db_default="own")),
        migrations.AddConstraint(
            "warehouse",
            models.CheckConstraint(condition=Q(kind__in=("own", "supplier")), name="inventory_warehouse_kind"),
        ),
    ]
