from django.db import migrations, models


class Migration(migrations.Migration):
    """The carriers were fulfilment's before; their table comes over as it is."""

    initial = True

    dependencies = [("fulfilment", "0005_open_tasks")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "alter table fulfilment_carrier rename to carriage_carrier",
                    "alter table carriage_carrier rename to fulfilment_carrier",
                ),
                migrations.RunSQL(
                    "alter sequence fulfilment_carrier_id_seq rename to carriage_carrier_id_seq",
                    "alter sequence carriage_carrier_id_seq rename to fulfilment_carrier_id_seq",
                ),
            ],
            state_operations=[
                migrations.CreateModel(
                    name="Carrier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=20, unique=True)),
                        ("name", models.CharField(max_length=60)),
                        ("name_en", models.CharField(db_default="", default="", max_length=60)),
                        ("phone", models.CharField(db_default="", default="", max_length=20)),
                        ("position", models.SmallIntegerField(db_default=100, default=100)),
                        ("active", models.BooleanField(db_default=True, default=True)),
                    ],
                ),
            ],
        ),
    ]
