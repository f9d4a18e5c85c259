from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0006_points")]

    operations = [
        migrations.AddField(
            model_name="cart",
            name="gifts",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
