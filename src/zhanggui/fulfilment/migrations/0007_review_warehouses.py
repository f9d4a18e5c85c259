"""Orders that a warehouse has still to begin with are found by their warehouse."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0006_carriers_leave")]

    operations = [
        migrations.AddIndex(
            model_name="review",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("state__in", ["held", "passed"])), fields=["warehouses"], name="review_warehouses"
            ),
        )
    ]
