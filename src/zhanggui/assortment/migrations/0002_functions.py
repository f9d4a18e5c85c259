from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("assortment", "0001_initial")]
    operations = [SqlFile(SQL / "functions.sql")]
