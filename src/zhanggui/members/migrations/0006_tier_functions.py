from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("members", "0005_tiers")]
    operations = [SqlFile(SQL / "tiers.sql")]
