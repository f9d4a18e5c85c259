import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
        ("promotions", "0006_coupons_in_the_large"),
    ]

    operations = [
        migrations.CreateModel(
            name="CouponSend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("audience", models.JSONField()),
                ("note", models.CharField(db_default="", default="", max_length=200)),
                ("total", models.IntegerField()),
                ("sent", models.IntegerField(db_default=0, default=0)),
                ("had", models.IntegerField(db_default=0, default=0)),
                ("failure", models.CharField(db_default="", default="", max_length=20)),
                ("actor_kind", models.CharField(max_length=16)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_label", models.CharField(db_default="", default="", max_length=200)),
                ("asked_at", models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "coupon",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="promotions.coupon"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)), fields=["id"], name="couponsend_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["key"], name="couponsend_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("had__gte", 0), ("sent__gte", 0), ("total__gte", models.F("sent") + models.F("had"))
                        ),
                        name="couponsend_within",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CouponSendMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(db_default="", default="", max_length=10)),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "send",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="promotions.couponsend",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["send", "member"], name="couponsendmember_once")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "")), fields=["send", "member"], name="couponsendmember_waiting"
                    )
                ],
            },
        ),
    ]
