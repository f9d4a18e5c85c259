from pathlib import Path

from django.db import migrations

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("kernel", "0002_functions"),
        ("inventory", "0002_functions"),
        ("promotions", "0002_functions"),
        ("payments", "0002_functions"),
    ]
    operations = [
        SqlFile(SQL / "pay.sql"),
        SqlFile(SQL / "place.sql"),
    ]
