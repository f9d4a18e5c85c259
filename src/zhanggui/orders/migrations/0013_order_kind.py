from pathlib import Path

from django.db import migrations, models

from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"
#: Pieces to try were orders like others; what their line says of its price tells them.
TRIALS = """
update orders_order set kind = 'trial' where total = shipping_total and exists (select from orders_orderline l
    where l.order_id = orders_order.id and l.special ->> 'kind' = 'trial')
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0012_urges")]
    operations = [
        migrations.AddField(
            model_name="order", name="kind", field=models.CharField(db_default="sale", default="sale", max_length=12)
        ),
        migrations.AddField(model_name="orderline", name="instead_of", field=models.JSONField(null=True)),
        migrations.RunSQL(TRIALS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("sale", "trial", "replacement"))), name="order_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "replacement"), _negated=True),
                    models.Q(("terms", None), ("total", 0)),
                    _connector="OR",
                ),
                name="order_replacement_costs_nothing",
            ),
        ),
        SqlFile(SQL / "place.sql"),
    ]
