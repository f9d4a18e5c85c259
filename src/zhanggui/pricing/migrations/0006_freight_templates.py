import django.db.models.deletion
from django.db import migrations, models

from zhanggui.kernel.clock import MallNow

#: The rules there are become those of the default template.
_KEEP = """
insert into pricing_freighttemplate (code, name_zh, name_en) values ('default', '默认模板', 'Default');
update pricing_freightrule set template_id = (select id from pricing_freighttemplate where code = 'default');
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0005_floors")]
    operations = [
        migrations.CreateModel(
            name="FreightTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True)),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(db_default="", default="", max_length=120)),
                ("unit", models.CharField(db_default="weight", default="weight", max_length=8)),
                ("updated_at", models.DateTimeField(db_default=MallNow())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(unit__in=["weight", "pieces", "amount"]), name="freight_template_unit"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="FreightGoods",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("ref", models.BigIntegerField()),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="goods", to="pricing.freighttemplate"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "ref"), name="freight_goods_once"),
                    models.CheckConstraint(
                        condition=models.Q(kind__in=["product", "category"]), name="freight_goods_kind"
                    ),
                ]
            },
        ),
        migrations.RemoveConstraint(model_name="freightrule", name="freight_one_rule"),
        migrations.RemoveConstraint(model_name="freightrule", name="freight_not_negative"),
        migrations.RenameField(model_name="freightrule", old_name="included_g", new_name="first"),
        migrations.RenameField(model_name="freightrule", old_name="fee_per_kg", new_name="step_fee"),
        migrations.AddField(
            model_name="freightrule", name="step", field=models.IntegerField(db_default=1000, default=1000)
        ),
        migrations.AddField(model_name="freightrule", name="free_pieces", field=models.IntegerField(null=True)),
        migrations.AddField(
            model_name="freightrule", name="surcharge", field=models.BigIntegerField(db_default=0, default=0)
        ),
        migrations.AddField(
            model_name="freightrule",
            name="ladder",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name="freightrule",
            name="template",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="rules",
                to="pricing.freighttemplate",
            ),
        ),
        migrations.RunSQL(_KEEP, migrations.RunSQL.noop),
        migrations.RunSQL("set constraints all immediate", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="freightrule",
            name="template",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="rules",
                to="pricing.freighttemplate",
            ),
        ),
        migrations.AddConstraint(
            model_name="freightrule",
            constraint=models.UniqueConstraint(fields=("template", "method", "province"), name="freight_one_rule"),
        ),
        migrations.AddConstraint(
            model_name="freightrule",
            constraint=models.CheckConstraint(
                condition=models.Q(fee__gte=0, first__gte=0, step__gt=0, step_fee__gte=0, surcharge__gte=0)
                & (models.Q(free_over=None) | models.Q(free_over__gte=0))
                & (models.Q(free_pieces=None) | models.Q(free_pieces__gt=0)),
                name="freight_not_negative",
            ),
        ),
    ]  # fmt: skip
