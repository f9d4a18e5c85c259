from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_born_paid"), ("members", "0008_ledger_functions")]
    operations = [migrations.RunPython(sql_file(SQL / "place.sql"), migrations.RunPython.noop)]
