
import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0002_mall_clock"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportJob",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("format", models.CharField(max_length=40)),
                ("files", models.JSONField(default=list)),
                ("folder", models.CharField(max_length=64)),
                ("dry_run", models.BooleanField(db_default=False, default=False)),
                ("status", models.CharField(db_default="waiting", default="waiting", max_length=10)),
                ("stop", models.BooleanField(db_default=False, default=False)),
                ("attempts", models.IntegerField(db_default=0, default=0)),
                ("lines", models.BigIntegerField(db_default=0, default=0)),
                ("line", models.BigIntegerField(db_default=0, default=0)),
                ("handled", models.BigIntegerField(db_default=0, default=0)),
                ("created", models.BigIntegerField(db_default=0, default=0)),
                ("updated", models.BigIntegerField(db_default=0, default=0)),
                ("unchanged", models.BigIntegerField(db_default=0, default=0)),
                ("carried", models.BigIntegerField(db_default=0, default=0)),
                ("left_out", models.BigIntegerField(db_default=0, default=0)),
                ("rejected", models.BigIntegerField(db_default=0, default=0)),
                ("noted", models.BigIntegerField(db_default=0, default=0)),
                ("failure", models.JSONField(null=True)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(db_default="", default="", max_length=200)),
                ("asked_at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "running"])),
                        fields=["id"],
                        name="import_job_to_do",
                    ),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)), fields=["id"], name="import_job_unsettled"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "running", "finished", "failed", "stopped"])),
                        name="import_job_status",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRemark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(max_length=8)),
                ("file", models.TextField()),
                ("line", models.IntegerField()),
                ("external_id", models.TextField(db_default="", default="")),
                ("field", models.TextField(db_default="", default="")),
                ("code", models.TextField()),
                ("message", models.TextField()),
                ("message_en", models.TextField()),
                ("digest", models.BinaryField(max_length=16)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="integrations.importjob",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["job", "outcome", "id"], name="import_remark_page")],
                "constraints": [models.UniqueConstraint(fields=("job", "digest"), name="import_remark_once")],
            },
        ),
    ]
