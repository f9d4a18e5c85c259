
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('promises', '0002_exchange'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='shortage',
            name='shortage_reason_known',
        ),
        migrations.AddConstraint(
            model_name='shortage',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['out_of_stock', 'not_found', 'damaged', 'supplier_late', 'supplier_refused', 'no_delivery', 'too_busy'])), name='shortage_reason_known'),
        ),
    ]
