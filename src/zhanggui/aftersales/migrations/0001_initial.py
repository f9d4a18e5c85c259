import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('order_number', models.CharField(db_index=True, max_length=40)),
                ('member_id', models.BigIntegerField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('kind', models.CharField(max_length=16)),
                ('state', models.CharField(db_default='requested', default='requested', max_length=16)),
                ('reason', models.CharField(max_length=24)),
                ('note', models.CharField(db_default='', default='', max_length=1000)),
                ('photos', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('goods_amount', models.BigIntegerField()),
                ('freight_amount', models.BigIntegerField(db_default=0, default=0)),
                ('refunded_amount', models.BigIntegerField(db_default=0, default=0)),
                ('reserved', models.BooleanField(db_default=False, default=False)),
                ('decision', models.CharField(db_default='', default='', max_length=1000)),
                ('problem', models.CharField(db_default='', default='', max_length=200)),
                ('return_carrier', models.CharField(db_default='', default='', max_length=20)),
                ('return_waybill', models.CharField(db_default='', default='', max_length=40)),
                ('requested_by', models.CharField(max_length=16)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('refunding_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='case_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ('cancel', 'refund_only', 'return_refund'))), name='case_kind_known'), models.CheckConstraint(condition=models.Q(('state__in', ('requested', 'approved', 'awaiting_return', 'received', 'refunding', 'closed', 'rejected', 'withdrawn'))), name='case_state_known'), models.CheckConstraint(condition=models.Q(('freight_amount__gte', 0), ('goods_amount__gte', 0)), name='case_not_negative'), models.CheckConstraint(condition=models.Q(('refunded_amount__gte', 0), ('refunded_amount__lte', django.db.models.expressions.CombinedExpression(models.F('goods_amount'), '+', models.F('freight_amount')))), name='case_refund_within'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('refunded_amount', django.db.models.expressions.CombinedExpression(models.F('goods_amount'), '+', models.F('freight_amount'))), _connector='OR'), name='case_closed_is_refunded')],
            },
        ),
        migrations.CreateModel(
            name='CaseLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField()),
                ('sku_id', models.BigIntegerField(null=True)),
                ('sku_code', models.CharField(max_length=100)),
                ('title', models.CharField(max_length=300)),
                ('quantity', models.IntegerField()),
                ('amount', models.BigIntegerField()),
                ('good', models.IntegerField(db_default=0, default=0)),
                ('damaged', models.IntegerField(db_default=0, default=0)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='aftersales.case')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('case', 'line'), name='case_line_once'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('damaged__gte', 0), ('good__gte', 0), ('quantity__gte', 0)), name='case_line_not_negative'), models.CheckConstraint(condition=models.Q(('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('good'), '+', models.F('damaged')))), name='case_line_received_within')],
            },
        ),
    ]
