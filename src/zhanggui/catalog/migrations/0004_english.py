from django.db import migrations, models

TITLE = {"max_length": 300, "default": "", "db_default": ""}
MAP = {"default": dict, "db_default": {}}


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_mall_clock")]
    operations = [
        migrations.AddField("brand", "name_en", models.CharField(max_length=100, default="", db_default="")),
        migrations.AddField("brand", "description_en", models.TextField(default="", db_default="")),
        migrations.AddField("attributedefinition", "choices_en", models.JSONField(**MAP)),
        migrations.AddField("product", "title_en", models.CharField(**TITLE)),
        migrations.AddField("product", "subtitle_en", models.CharField(**TITLE)),
        migrations.AddField("product", "description_html_en", models.TextField(default="", db_default="")),
        migrations.AddField("product", "attributes_en", models.JSONField(**MAP)),
        migrations.AddField("listing", "title_en", models.CharField(**TITLE)),
        migrations.AddField("listing", "subtitle_en", models.CharField(**TITLE)),
    ]
