import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True)),
                ('name', models.CharField(max_length=60)),
                ('name_en', models.CharField(db_default='', default='', max_length=60)),
                ('phone', models.CharField(db_default='', default='', max_length=20)),
                ('position', models.SmallIntegerField(db_default=100, default=100)),
                ('active', models.BooleanField(db_default=True, default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('order_number', models.CharField(db_index=True, max_length=40)),
                ('carrier', models.CharField(max_length=20)),
                ('carrier_name', models.CharField(max_length=60)),
                ('waybill_no', models.CharField(db_default='', default='', max_length=40)),
                ('state', models.CharField(db_default='shipped', default='shipped', max_length=20)),
                ('shipped_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('delivered_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='parcel_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('shipped', 'in_transit', 'out_for_delivery', 'delivered', 'exception', 'returned'))), name='parcel_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='parcel_delivered_has_time'), models.CheckConstraint(condition=models.Q(('delivered_at', None), ('state__in', ['delivered', 'returned']), _connector='OR'), name='parcel_time_means_delivered'), models.UniqueConstraint(condition=models.Q(('waybill_no', ''), _negated=True), fields=('carrier', 'waybill_no'), name='parcel_waybill_once')],
            },
        ),
        migrations.CreateModel(
            name='ParcelLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField()),
                ('sku_code', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=300)),
                ('quantity', models.IntegerField()),
                ('parcel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='fulfilment.parcel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('parcel', 'line'), name='parcel_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='parcel_line_positive')],
            },
        ),
        migrations.CreateModel(
            name='TrackingEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('status', models.CharField(max_length=20)),
                ('text', models.CharField(db_default='', default='', max_length=500)),
                ('location', models.CharField(db_default='', default='', max_length=100)),
                ('fingerprint', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('parcel', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='fulfilment.parcel')),
            ],
            options={
                'indexes': [models.Index(fields=['parcel', 'at'], name='tracking_parcel_at')],
                'constraints': [models.UniqueConstraint(fields=('parcel', 'fingerprint'), name='tracking_once'), models.CheckConstraint(condition=models.Q(('status__in', ('accepted', 'in_transit', 'arrived', 'out_for_delivery', 'ready_for_pickup', 'delivered', 'exception', 'returning', 'returned', 'info'))), name='tracking_status_known')],
            },
        ),
    ]
