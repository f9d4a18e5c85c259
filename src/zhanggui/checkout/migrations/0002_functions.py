from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0001_initial"), ("catalog", "0002_functions"), ("pricing", "0002_functions"), ("inventory", "0002_functions"), ("kernel", "0002_functions")]
    operations = [migrations.RunPython(sql_file(SQL / "functions.sql"), migrations.RunPython.noop)]
