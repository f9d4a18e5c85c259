from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("catalog", "0002_functions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="media",
            name="next_attempt_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="product",
            name="created_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="product",
            name="updated_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
