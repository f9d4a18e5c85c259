from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("procurement", "0004_faults")]
    operations = [
        migrations.AddField("tender", "rates", models.JSONField(default=dict, db_default={})),
        migrations.AddField("invitation", "currency", models.CharField(max_length=3, default="", db_default="")),
    ]
