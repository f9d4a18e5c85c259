
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import zhanggui.kernel.clock
from zhanggui.kernel.operations import SqlFile

SQL = Path(__file__).parents[1] / "sql"


class Migration(migrations.Migration):

    dependencies = [
        ('aftersales', '0005_effect'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField()),
                ('sku_id', models.BigIntegerField()),
                ('fate', models.CharField(max_length=8)),
                ('quantity', models.IntegerField()),
                ('batch', models.CharField(db_default='', default='', max_length=60)),
                ('serials', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('by_kind', models.CharField(max_length=16)),
                ('by_id', models.BigIntegerField(null=True)),
                ('by_label', models.CharField(db_default='', default='', max_length=200)),
                ('text', models.CharField(db_default='', default='', max_length=1000)),
                ('photos', models.JSONField(db_default=models.Value([], models.JSONField()), default=list)),
                ('internal', models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=16)),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('due_at', models.DateTimeField(null=True)),
                ('left_at', models.DateTimeField(null=True)),
                ('left_by', models.CharField(db_default='', default='', max_length=16)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='case',
            name='case_kind_known',
        ),
        migrations.AddField(
            model_name='case',
            name='arrived_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='asked_kind',
            field=models.CharField(db_default='', default='', max_length=16),
        ),
        migrations.AddField(
            model_name='case',
            name='back_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='back_carrier',
            field=models.CharField(db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='case',
            name='back_waybill',
            field=models.CharField(db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='case',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='overdue_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='replacement',
            field=models.CharField(db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='case',
            name='sent_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='verdict',
            field=models.CharField(db_default='', default='', max_length=8),
        ),
        migrations.AddField(
            model_name='caseline',
            name='difference',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='caseline',
            name='kept',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='caseline',
            name='supplier',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='caseline',
            name='wanted_code',
            field=models.CharField(db_default='', default='', max_length=100),
        ),
        migrations.AddField(
            model_name='caseline',
            name='wanted_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='caseline',
            name='wanted_title',
            field=models.CharField(db_default='', default='', max_length=300),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at', 'id'], name='case_due'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('replacement', ''), _negated=True), fields=['replacement'], name='case_replacement'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('return_waybill', ''), _negated=True), fields=['return_waybill'], name='case_waybill'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['requested_at'], name='case_requested'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('cancel', 'refund_only', 'return_refund', 'exchange', 'repair', 'resend', 'price_guarantee'))), name='case_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('requested', 'approved', 'awaiting_return', 'received', 'replacing', 'returning', 'refunding', 'closed', 'rejected', 'withdrawn'))), name='case_state_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ('', 'repaired', 'refused'))), name='case_verdict_known'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'replacing'), _negated=True), models.Q(('replacement', ''), _negated=True), _connector='OR'), name='case_replacing_has_its_order'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('closed', 'rejected', 'withdrawn')), _negated=True), ('due_at', None), _connector='OR'), name='case_over_is_not_due'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('replacement', ''), _negated=True), fields=('replacement',), name='case_replacement_once'),
        ),
        migrations.AddConstraint(
            model_name='caseline',
            constraint=models.CheckConstraint(condition=models.Q(('damaged__gte', django.db.models.expressions.CombinedExpression(models.F('kept'), '+', models.F('supplier'))), ('difference__gte', 0), ('kept__gte', 0), ('supplier__gte', 0)), name='case_line_fates_within'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.case'),
        ),
        migrations.AddField(
            model_name='remark',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.case'),
        ),
        migrations.AddField(
            model_name='step',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='aftersales.case'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['case', 'line'], name='receipt_case'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['at'], name='receipt_at'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('fate__in', ('good', 'scrapped', 'kept', 'supplier')), ('quantity__gt', 0)), name='receipt_known'),
        ),
        migrations.AddIndex(
            model_name='remark',
            index=models.Index(fields=['case', 'id'], name='remark_case'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('photos', []), _negated=True), _connector='OR'), name='remark_says_something'),
        ),
        migrations.AddConstraint(
            model_name='remark',
            constraint=models.CheckConstraint(condition=models.Q(('internal', False), ('by_kind', 'staff'), _connector='OR'), name='remark_internal_is_staffs'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['at'], name='step_at'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('case',), name='step_stands_in_one'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('at')), _connector='OR'), name='step_goes_forward'),
        ),
        SqlFile(SQL / "functions.sql"),
    ]
