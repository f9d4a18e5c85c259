from django.db import migrations, models
from django.db.models import Q

import zhanggui.kernel.clock

NOW = zhanggui.kernel.clock.MallNow()


class Migration(migrations.Migration):
    initial = True
    dependencies = [("catalog", "0006_supply")]
    operations = [
        migrations.CreateModel(
            "Form",
            [
                ("product_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("fields", models.JSONField(default=list, db_default=models.Value([], models.JSONField()))),
                ("daily", models.IntegerField(null=True)),
                ("version", models.IntegerField(default=1, db_default=1)),
                ("updated_at", models.DateTimeField(db_default=NOW)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(daily=None) | Q(daily__gt=0), name="bespoke_daily_positive")
                ]
            },
        ),
    ]
