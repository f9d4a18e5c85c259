from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("promotions", "0003_mall_clock")]

    operations = [
        migrations.AddField(
            model_name="promotion",
            name="audience",
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="promotion",
            name="apart",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
