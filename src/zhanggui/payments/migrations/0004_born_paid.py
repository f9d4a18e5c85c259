from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_mall_clock")]
    operations = [SqlFile(SQL / "functions.sql")]
