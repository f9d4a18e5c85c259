import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock

ORIGINS = ["public", "generated", "granted", "claimed", "exchanged"]


class Migration(migrations.Migration):
    dependencies = [("promotions", "0008_lowest_price"), ("members", "0009_posting_kinds")]
    operations = [
        migrations.AddField("coupon", "points_price", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "coupon",
            models.CheckConstraint(
                condition=models.Q(points_price__isnull=True) | models.Q(points_price__gt=0, claimable=False),
                name="coupon_points_price",
            ),
        ),
        migrations.RemoveConstraint("couponcode", "couponcode_origin_known"),
        migrations.AddConstraint(
            "couponcode",
            models.CheckConstraint(condition=models.Q(origin__in=ORIGINS), name="couponcode_origin_known"),
        ),
        migrations.CreateModel(
            "CouponExchange",
            [
                (
                    "code",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="promotions.couponcode",
                    ),
                ),
                ("key", models.CharField(max_length=255)),
                ("points", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["member", "key"], name="couponexchange_once"),
                    models.CheckConstraint(condition=models.Q(points__gt=0), name="couponexchange_points"),
                ],
            },
        ),
    ]
