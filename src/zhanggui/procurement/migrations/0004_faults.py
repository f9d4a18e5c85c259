import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("procurement", "0003_sent_and_void")]
    operations = [
        migrations.CreateModel(
            "Fault",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("units", models.IntegerField()),
                ("amount", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.supplier",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["supplier", "at"], name="fault_supplier")],
                "constraints": [models.CheckConstraint(condition=Q(units__gt=0, amount__gte=0), name="fault_positive")],
            },
        ),
    ]
