from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("aftersales", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="requested_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
