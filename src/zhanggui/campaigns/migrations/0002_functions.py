from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunPython(sql_file(SQL / "functions.sql"), migrations.RunPython.noop)]
