from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"

_HOLDINGS = """
insert into promotions_couponholding (coupon_id, member_id, held, allowed)
select k.coupon_id, k.member_id, count(*), greatest(count(*), max(c.per_member_limit))
from promotions_couponcode k join promotions_coupon c on c.promotion_id = k.coupon_id
where k.member_id is not null group by 1, 2
"""
_BATCHES = """
insert into promotions_couponbatch (coupon_id, name, made, created_at)
select coupon_id, batch, count(*), min(created_at) from promotions_couponcode where batch <> '' group by 1, 2
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
        ("promotions", "0005_quotas"),
    ]

    operations = [
        migrations.AddField(model_name="coupon", name="valid_days", field=models.IntegerField(null=True)),
        migrations.AddConstraint(
            model_name="coupon",
            constraint=models.CheckConstraint(
                condition=Q(valid_days__isnull=True) | Q(valid_days__gt=0), name="coupon_valid_days"
            ),
        ),
        *(
            migrations.AddField(model_name="couponcode", name=name, field=models.DateTimeField(null=True))
            for name in ("valid_from", "valid_until", "grace_until", "voided_at")
        ),
        migrations.AddConstraint(
            model_name="couponcode",
            constraint=models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="couponcode_window",
            ),
        ),
        migrations.CreateModel(
            name="CouponHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held", models.IntegerField()),
                ("allowed", models.IntegerField()),
                (
                    "coupon",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="promotions.coupon",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["coupon", "member"], name="couponholding_once"),
                    models.CheckConstraint(
                        condition=Q(held__gte=0, held__lte=F("allowed")), name="couponholding_within"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouponBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=32)),
                ("note", models.CharField(db_default="", default="", max_length=200)),
                ("made", models.IntegerField()),
                ("actor_label", models.CharField(db_default="", default="", max_length=200)),
                ("created_at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "coupon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promotions.coupon"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["name"], name="couponbatch_once")]},
        ),
        migrations.RunSQL(_HOLDINGS, migrations.RunSQL.noop),
        migrations.RunSQL(_BATCHES, migrations.RunSQL.noop),
        SqlFile(SQL / "functions.sql"),
        SqlFile(SQL / "coupons.sql"),
    ]
