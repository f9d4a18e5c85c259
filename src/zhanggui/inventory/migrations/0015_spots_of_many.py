from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0014_alert_limits")]
    operations = [SqlFile(SQL / "counts.sql")]
