from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("aftersales", "0004_guarantee")]
    operations = [migrations.AddField(model_name="case", name="effect", field=models.JSONField(null=True))]
