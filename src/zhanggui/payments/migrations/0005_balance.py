from django.db import migrations, models

PROVIDERS = ["alipay", "wechat", "unionpay", "bank_transfer", "simulator", "balance"]


class Migration(migrations.Migration):
    dependencies = [("payments", "0004_born_paid")]
    operations = [
        migrations.RemoveConstraint(model_name="intent", name="payments_provider_known"),
        migrations.AddConstraint(
            model_name="intent",
            constraint=models.CheckConstraint(
                condition=models.Q(provider__in=PROVIDERS), name="payments_provider_known"
            ),
        ),
    ]
