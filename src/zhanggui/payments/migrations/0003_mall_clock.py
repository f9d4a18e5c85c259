from pathlib import Path

from django.db import migrations, models

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("payments", "0002_functions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="intent",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="notification",
            name="received_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="reconciliation",
            name="run_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="refund",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="refund",
            name="next_attempt_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow(), null=True),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
