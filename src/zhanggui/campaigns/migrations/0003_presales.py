from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_functions")]

    operations = [
        migrations.RemoveConstraint(model_name="offer", name="campaignoffer_kind_known"),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=("promotion", "group", "presale")), name="campaignoffer_kind_known"
            ),
        ),
    ]
