from django.db import migrations, models
from django.db.models import Q

from zhanggui.kernel.clock import MallNow


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.CreateModel(
            "Job",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_number", models.CharField(max_length=40)),
                ("line", models.SmallIntegerField()),
                ("state", models.CharField(max_length=8, default="making", db_default="making")),
                ("units", models.IntegerField(default=0, db_default=0)),
                ("maker_id", models.BigIntegerField(null=True)),
                ("maker", models.CharField(max_length=200, default="", db_default="")),
                ("started_at", models.DateTimeField(db_default=MallNow())),
                ("made_at", models.DateTimeField(null=True)),
                ("warehouse_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["order_number", "line"], name="workshop_one_job"),
                    models.CheckConstraint(
                        condition=Q(state="making", made_at=None, units=0)
                        | Q(state="made", made_at__isnull=False, units__gt=0, warehouse_id__isnull=False),
                        name="workshop_job_state",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["-made_at"], condition=Q(state="made"), name="workshop_job_made")
                ],
            },
        ),
    ]
