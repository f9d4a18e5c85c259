from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("checkout", "0004_goods_as_a_set"), ("pricing", "0004_special_prices")]
    operations = [SqlFile(SQL / "functions.sql")]
