from pathlib import Path

from django.db import migrations, models

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_made_to_order")]
    operations = [
        migrations.AddField(model_name="order", name="delivery", field=models.JSONField(null=True)),
        SqlFile(SQL / "place.sql"),
    ]
