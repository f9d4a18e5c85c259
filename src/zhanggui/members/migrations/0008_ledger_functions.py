from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("members", "0007_ledger")]
    operations = [migrations.RunPython(sql_file(SQL / "ledger.sql"), migrations.RunPython.noop)]
