from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("presale", "0002_functions")]

    operations = [
        # Offers there are were promised beside ordinary sale; new ones close it unless told otherwise.
        migrations.AddField("offer", "closes_sale", models.BooleanField(default=False, db_default=False)),
        migrations.AlterField("offer", "closes_sale", models.BooleanField(default=True, db_default=True)),
    ]
