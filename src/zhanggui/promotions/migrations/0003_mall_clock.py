from pathlib import Path

from django.db import migrations, models

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("promotions", "0002_functions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="couponcode",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="promotion",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="promotion",
            name="updated_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="redemption",
            name="at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
