import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name='FreightRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=20)),
                ('province', models.CharField(db_default='', default='', max_length=40)),
                ('deliverable', models.BooleanField(db_default=True, default=True)),
                ('fee', models.BigIntegerField(db_default=0, default=0)),
                ('included_g', models.IntegerField(db_default=0, default=0)),
                ('fee_per_kg', models.BigIntegerField(db_default=0, default=0)),
                ('free_over', models.BigIntegerField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('method', 'province'), name='freight_one_rule'), models.CheckConstraint(condition=models.Q(('fee__gte', 0), ('fee_per_kg__gte', 0), ('included_g__gte', 0), models.Q(('free_over', None), ('free_over__gte', 0), _connector='OR')), name='freight_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='SkuPrice',
            fields=[
                ('sku', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='catalog.sku')),
                ('list_price', models.BigIntegerField()),
                ('sale_price', models.BigIntegerField()),
                ('cost', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sale_price__gte', 0), ('sale_price__lte', models.F('list_price'))), name='price_sale_within_list'), models.CheckConstraint(condition=models.Q(('cost__isnull', True), ('cost__gte', 0), _connector='OR'), name='price_cost_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='PriceHistory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12)),
                ('list_price', models.BigIntegerField(null=True)),
                ('sale_price', models.BigIntegerField()),
                ('cost', models.BigIntegerField(null=True)),
                ('old_list_price', models.BigIntegerField(null=True)),
                ('old_sale_price', models.BigIntegerField(null=True)),
                ('old_cost', models.BigIntegerField(null=True)),
                ('starts_at', models.DateTimeField(null=True)),
                ('ends_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(db_default='', default='', max_length=200)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(db_default='', default='', max_length=200)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sku', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.sku')),
            ],
            options={
                'indexes': [models.Index(fields=['sku', '-id'], name='price_history_sku')],
            },
        ),
        migrations.CreateModel(
            name='ScheduledPrice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sale_price', models.BigIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('cancelled_at', models.DateTimeField(null=True)),
                ('listed', models.SmallIntegerField(db_default=0, default=0)),
                ('reason', models.CharField(db_default='', default='', max_length=200)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('sku', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.sku')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None)), fields=['sku', 'starts_at'], name='scheduled_price_now'), models.Index(condition=models.Q(('cancelled_at', None), ('listed__lt', 2)), fields=['id'], name='scheduled_price_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('sale_price__gte', 0)), name='scheduled_price_not_negative'), models.CheckConstraint(condition=models.Q(('ends_at', None), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='scheduled_price_window'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_at', None)), expressions=[(models.F('sku'), '='), (models.Func('starts_at', 'ends_at', django.contrib.postgres.fields.ranges.RangeBoundary(), function='TSTZRANGE', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='scheduled_price_no_overlap')],
            },
        ),
    ]
