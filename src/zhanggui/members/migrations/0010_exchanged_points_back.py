from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("members", "0009_posting_kinds")]
    operations = [SqlFile(SQL / "ledger.sql")]
