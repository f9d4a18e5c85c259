from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_title_pairs'),
        ('pricing', '0004_special_prices'),
    ]

    operations = [
        migrations.CreateModel(
            name='PricePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category_id', models.BigIntegerField(unique=True)),
                ('band_low', models.BigIntegerField(null=True)),
                ('band_high', models.BigIntegerField(null=True)),
                ('steps', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), db_default=[], default=list, size=None)),
                ('min_margin', models.IntegerField(null=True)),
                ('spend_low', models.IntegerField(null=True)),
                ('spend_high', models.IntegerField(null=True)),
                ('max_change', models.IntegerField(null=True)),
                ('updated_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
        ),
        migrations.CreateModel(
            name='PriceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('list_price', models.BigIntegerField(null=True)),
                ('sale_price', models.BigIntegerField()),
                ('cost', models.BigIntegerField(null=True)),
                ('old_list_price', models.BigIntegerField()),
                ('old_sale_price', models.BigIntegerField()),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(max_length=200)),
                ('status', models.CharField(db_default='pending', default='pending', max_length=10)),
                ('asked_by_id', models.BigIntegerField(null=True)),
                ('asked_by', models.CharField(db_default='', default='', max_length=200)),
                ('asked_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('decided_by_id', models.BigIntegerField(null=True)),
                ('decided_by', models.CharField(db_default='', default='', max_length=200)),
                ('decision', models.CharField(db_default='', default='', max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='skuprice',
            name='floor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='skuprice',
            name='min_margin',
            field=models.IntegerField(null=True),
        ),
        migrations.AddConstraint(
            model_name='skuprice',
            constraint=models.CheckConstraint(condition=models.Q(('floor', None), ('floor__gte', 0), _connector='OR'), name='price_floor_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='skuprice',
            constraint=models.CheckConstraint(condition=models.Q(('min_margin', None), models.Q(('min_margin__gte', 0), ('min_margin__lt', 10000)), _connector='OR'), name='price_margin_below_all'),
        ),
        migrations.AddConstraint(
            model_name='pricepolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('band_low', None), ('band_low__gte', 0), _connector='OR'), models.Q(('band_low', None), ('band_high', None), ('band_high__gte', models.F('band_low')), _connector='OR')), name='price_policy_band'),
        ),
        migrations.AddConstraint(
            model_name='pricepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('min_margin', None), models.Q(('min_margin__gte', 0), ('min_margin__lt', 10000)), _connector='OR'), name='price_policy_margin'),
        ),
        migrations.AddConstraint(
            model_name='pricepolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('spend_high', None), ('spend_low', None)), models.Q(('spend_high__gte', models.F('spend_low')), ('spend_high__lte', 10000), ('spend_low__gte', 0)), _connector='OR'), name='price_policy_spend'),
        ),
        migrations.AddConstraint(
            model_name='pricepolicy',
            constraint=models.CheckConstraint(condition=models.Q(('max_change', None), ('max_change__gt', 0), _connector='OR'), name='price_policy_change'),
        ),
        migrations.AddField(
            model_name='pricerequest',
            name='sku',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.sku'),
        ),
        migrations.AddIndex(
            model_name='pricerequest',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['-id'], name='price_request_pending'),
        ),
        migrations.AddConstraint(
            model_name='pricerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'set'), ('list_price__gte', models.F('sale_price')), ('starts_at', None)), models.Q(('kind', 'scheduled'), ('list_price', None), ('starts_at__isnull', False)), _connector='OR'), name='price_request_kind'),
        ),
        migrations.AddConstraint(
            model_name='pricerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('status', 'pending')), models.Q(('decided_at__isnull', False), ('status__in', ['accepted', 'rejected', 'withdrawn'])), _connector='OR'), name='price_request_status'),
        ),
        migrations.AddConstraint(
            model_name='pricerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['accepted', 'rejected']), _negated=True), models.Q(('asked_by_id', models.F('decided_by_id')), _negated=True), _connector='OR'), name='price_request_by_another'),
        ),
        migrations.AddConstraint(
            model_name='pricerequest',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'set'), ('status', 'pending')), fields=('sku',), name='price_request_waits_once'),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
