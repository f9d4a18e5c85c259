from django.db import migrations, models

from zhanggui.kernel.clock import MallNow


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0008_box_carriers"), ("pickup", "0001_initial"), ("orders", "0016_delivery")]
    operations = [
        migrations.CreateModel(
            name="Collection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_number", models.CharField(max_length=40, unique=True)),
                ("point", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=6)),
                ("state", models.CharField(db_default="coming", default="coming", max_length=8)),
                ("made_at", models.DateTimeField(db_default=MallNow())),
                ("ready_at", models.DateTimeField(null=True)),
                ("keep_until", models.DateTimeField(null=True)),
                ("reminded_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(db_default="", default="", max_length=200)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["point", "-id"], name="collection_point"),
                    models.Index(
                        condition=models.Q(state="ready"), fields=["keep_until"], name="collection_waiting"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(state__in=("coming", "ready", "handed", "back")),
                        name="collection_state_known",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(state="ready")
                        | models.Q(ready_at__isnull=False, keep_until__isnull=False),
                        name="collection_ready_has_times",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state__in=["coming", "ready"], closed_at=None)
                        | models.Q(state__in=["handed", "back"], closed_at__isnull=False),
                        name="collection_closed_has_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(state__in=["coming", "ready"]), fields=("point", "code"),
                        name="collection_code_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WrongCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("point", models.CharField(max_length=40)),
                ("staff_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=MallNow())),
            ],
            options={"indexes": [models.Index(fields=["point", "at"], name="wrongcode_point")]},
        ),
    ]  # fmt: skip
