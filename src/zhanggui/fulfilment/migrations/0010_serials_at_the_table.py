from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0009_collections")]
    operations = [
        migrations.AddField("taskline", "serials", models.JSONField(default=list, db_default=[])),
        migrations.AddField("parcelline", "serials", models.JSONField(default=list, db_default=[])),
    ]
