from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0003_mall_clock"),
        ("fulfilment", "0002_functions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="parcel",
            name="shipped_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
        migrations.AlterField(
            model_name="trackingevent",
            name="received_at",
            field=models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow()),
        ),
    ]
