from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("webhooks", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="next_attempt_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="endpoint",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
