from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("trials", "0001_initial"), ("draws", "0002_functions")]
    operations = [SqlFile(SQL / "functions.sql")]
