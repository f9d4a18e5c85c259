from pathlib import Path

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0004_english")]
    operations = [
        SqlFile(SQL / "functions.sql"),
        migrations.AddIndex("product", GinIndex(Func(F("title"), function="catalog_pairs"), name="product_title_pairs")),
    ]
