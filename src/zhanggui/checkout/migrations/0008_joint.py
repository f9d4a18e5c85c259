from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkout", "0007_gifts")]

    operations = [migrations.AddField(model_name="cart", name="joint", field=models.JSONField(null=True))]
