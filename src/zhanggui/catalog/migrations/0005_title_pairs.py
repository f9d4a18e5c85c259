from pathlib import Path

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func

from zhanggui.kernel.db import sql_file

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_english")]
    operations = [
        migrations.RunPython(sql_file(SQL / "functions.sql"), migrations.RunPython.noop),
        migrations.AddIndex("product", GinIndex(Func(F("title"), function="catalog_pairs"), name="product_title_pairs")),
    ]
