from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("checkout", "0002_functions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="cart",
            name="updated_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow(), db_index=True),
        ),
    ]
