from django.db import migrations, models
from django.db.models import Q

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_second_factors_and_desks")]
    operations = [
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(channel__regex=r"^[a-z0-9][a-z0-9_.-]*$"), name="client_channel_code"
                    )
                ]
            },
        )
    ]
