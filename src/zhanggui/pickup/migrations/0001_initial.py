import django.contrib.postgres.fields
from django.db import migrations, models

from zhanggui.kernel.clock import MallNow

#: Points were written into a setting before.
_MOVE = """
insert into pickup_point (code, name, province, city, address, hours, phone)
select left(coalesce(nullif(regexp_replace(p.point ->> 'code', '[^A-Za-z0-9_-]', '', 'g'), ''), p.n::text), 40),
    left(p.point ->> 'name', 60), left(coalesce(p.point ->> 'province', ''), 40), left(coalesce(p.point ->> 'city', ''), 40),
    left(p.point ->> 'address', 120), left(coalesce(p.point ->> 'hours', ''), 120), left(coalesce(p.point ->> 'phone', ''), 40)
from kernel_mallsetting s, jsonb_array_elements(s.value) with ordinality as p(point, n)
where s.key = 'checkout.pickup_points' and jsonb_typeof(s.value) = 'array' and jsonb_typeof(p.point) = 'object'
    and coalesce(p.point ->> 'name', '') <> '' and coalesce(p.point ->> 'address', '') <> ''
on conflict (code) do nothing;
delete from kernel_mallsetting where key = 'checkout.pickup_points';
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_audit_by_action")]
    operations = [
        migrations.CreateModel(
            name="Point",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(db_default="", default="", max_length=120)),
                ("province", models.CharField(max_length=40)),
                ("city", models.CharField(max_length=40)),
                ("district", models.CharField(db_default="", default="", max_length=40)),
                ("address", models.CharField(max_length=120)),
                ("hours", models.CharField(db_default="", default="", max_length=120)),
                ("phone", models.CharField(db_default="", default="", max_length=40)),
                ("warehouse_id", models.BigIntegerField(null=True)),
                ("keep_days", models.SmallIntegerField(db_default=7, default=7)),
                ("active", models.BooleanField(db_default=True, default=True)),
                (
                    "staff",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        db_default=models.Value([], django.contrib.postgres.fields.ArrayField(models.BigIntegerField())),
                        default=list,
                    ),
                ),
                ("updated_at", models.DateTimeField(db_default=MallNow())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(keep_days__gte=1, keep_days__lte=90), name="point_keep_days"
                    )
                ]
            },
        ),
        migrations.RunSQL(_MOVE, migrations.RunSQL.noop),
    ]
