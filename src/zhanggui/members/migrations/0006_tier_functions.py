from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("members", "0005_tiers")]
    operations = [migrations.RunPython(sql_file(SQL / "tiers.sql"), migrations.RunPython.noop)]
