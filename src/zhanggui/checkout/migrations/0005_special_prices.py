from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0004_goods_as_a_set"), ("pricing", "0004_special_prices")]
    operations = [migrations.RunPython(sql_file(SQL / "functions.sql"), migrations.RunPython.noop)]
