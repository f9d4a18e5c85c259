from django.db import migrations, models
from django.db.models import Q

#: The places at which goods are made, for those who ask what can be sold of them.
WORKSHOPS = """
create or replace function inventory_workshops() returns bigint[] language sql stable as $$
    select array(select w.id from inventory_warehouse w where w.kind = 'workshop')
$$
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0012_suppliers_places")]
    operations = [
        migrations.RemoveConstraint("warehouse", "inventory_warehouse_kind"),
        migrations.AddConstraint(
            "warehouse",
            models.CheckConstraint(condition=Q(kind__in=("own", "supplier", "workshop")), name="inventory_warehouse_kind"),
        ),
        migrations.RunSQL(WORKSHOPS, migrations.RunSQL.noop),
    ]
