from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_stock_in_depth")]
    operations = [SqlFile(SQL / "functions.sql"), SqlFile(SQL / "places.sql")]
