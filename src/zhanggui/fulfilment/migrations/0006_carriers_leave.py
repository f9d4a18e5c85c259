from django.db import migrations


class Migration(migrations.Migration):
    """The table went over to carriage with its rows; only the model is forgotten here."""

    dependencies = [("fulfilment", "0005_open_tasks"), ("carriage", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[], state_operations=[migrations.DeleteModel(name="Carrier")]
        ),
    ]
