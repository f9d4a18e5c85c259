from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0001_initial"), ("catalog", "0002_functions"), ("pricing", "0002_functions"), ("inventory", "0002_functions"), ("kernel", "0002_functions")]
    operations = [SqlFile(SQL / "functions.sql")]
