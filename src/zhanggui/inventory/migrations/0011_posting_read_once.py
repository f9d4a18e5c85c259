from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_posting_of_many")]
    operations = [SqlFile(SQL / "counts.sql")]
