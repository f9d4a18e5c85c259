from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0008_joint"), ("catalog", "0006_supply")]
    operations = [SqlFile(SQL / "functions.sql")]
