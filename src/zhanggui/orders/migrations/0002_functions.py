from pathlib import Path

from django.db import migrations

from zhanggui.kernel.db import sql_file

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
        migrations.RunPython(sql_file(SQL / "pay.sql"), migrations.RunPython.noop),
        migrations.RunPython(sql_file(SQL / "place.sql"), migrations.RunPython.noop),
    ]
