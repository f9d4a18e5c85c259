from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("integrations", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="started_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
