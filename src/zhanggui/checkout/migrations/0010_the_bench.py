from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0009_supply"), ("inventory", "0013_the_bench")]
    operations = [SqlFile(SQL / "functions.sql")]
