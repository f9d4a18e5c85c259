from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("catalog", "0006_supply")]
    operations = [
        migrations.RemoveConstraint("product", "product_supply_mode"),
        migrations.AddConstraint(
            "product",
            models.CheckConstraint(
                condition=Q(supply_mode__in=("stocked", "dropshipped", "made_to_order")), name="product_supply_mode"
            ),
        ),
    ]
