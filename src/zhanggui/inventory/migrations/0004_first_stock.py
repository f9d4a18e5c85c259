from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0003_mall_clock")]
    operations = [migrations.RunPython(sql_file(SQL / "functions.sql"), migrations.RunPython.noop)]
