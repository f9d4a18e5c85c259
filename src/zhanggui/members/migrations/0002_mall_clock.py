from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="address",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="member",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
