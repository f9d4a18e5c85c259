from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_title_pairs'),
        ('pricing', '0003_mall_clock'),
    ]

    operations = [
        migrations.AddField(
            model_name='pricehistory',
            name='details',
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name='skuprice',
            name='specials',
            field=models.JSONField(null=True),
        ),
        migrations.CreateModel(
            name='SpecialPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('key', models.CharField(db_default='', default='', max_length=40)),
                ('min_quantity', models.IntegerField(db_default=1, default=1)),
                ('price', models.BigIntegerField()),
                ('updated_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('sku', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.sku')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('sku', 'kind', 'key', 'min_quantity'), name='special_price_once'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='special_price_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['tier', 'channel']), ('min_quantity__gte', 1), models.Q(('key', ''), _negated=True)), models.Q(('key', ''), ('kind', 'employee'), ('min_quantity__gte', 1)), models.Q(('key', ''), ('kind', 'quantity'), ('min_quantity__gte', 2)), _connector='OR'), name='special_price_kind')],
            },
        ),
        SqlFile(SQL / "functions.sql"),
    ]
