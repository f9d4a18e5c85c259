import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
from django.db import migrations, models

import zhanggui.kernel.clock


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0005_title_pairs'),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('warehouse_id', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('total', models.BigIntegerField()),
                ('state', models.CharField(db_default='draft', default='draft', max_length=10)),
                ('note', models.CharField(db_default='', default='', max_length=1000)),
                ('reason', models.CharField(db_default='', default='', max_length=500)),
                ('edition', models.SmallIntegerField(db_default=1, default=1)),
                ('drafted_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('drafted_kind', models.CharField(max_length=16)),
                ('drafted_by', models.BigIntegerField(null=True)),
                ('drafted_label', models.CharField(db_default='', default='', max_length=200)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approved_label', models.CharField(db_default='', default='', max_length=200)),
                ('sent_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('received_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('expected_on', models.DateField(null=True)),
                ('late', models.CharField(db_default='', default='', max_length=6)),
            ],
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('amount', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('paid_on', models.DateField()),
                ('method', models.CharField(db_default='', default='', max_length=40)),
                ('reference', models.CharField(db_default='', default='', max_length=80)),
                ('by', models.CharField(db_default='', default='', max_length=200)),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
        ),
        migrations.CreateModel(
            name='OrderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('supplier_code', models.CharField(db_default='', default='', max_length=80)),
                ('quantity', models.IntegerField()),
                ('price', models.BigIntegerField()),
                ('agreed', models.BigIntegerField(null=True)),
                ('last', models.BigIntegerField(null=True)),
                ('confirmed', models.IntegerField(null=True)),
                ('ceiling', models.IntegerField()),
                ('good', models.IntegerField(db_default=0, default=0)),
                ('rejected', models.IntegerField(db_default=0, default=0)),
                ('returned', models.IntegerField(db_default=0, default=0)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='procurement.order')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku')),
            ],
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(max_length=8)),
                ('note', models.CharField(db_default='', default='', max_length=500)),
                ('by', models.CharField(db_default='', default='', max_length=200)),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='procurement.order')),
            ],
        ),
        migrations.CreateModel(
            name='Payable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('settled', models.BigIntegerField(db_default=0, default=0)),
                ('currency', models.CharField(max_length=3)),
                ('invoice', models.CharField(db_default='', default='', max_length=80)),
                ('due_on', models.DateField()),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('receipt', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.receipt')),
            ],
        ),
        migrations.CreateModel(
            name='ReceiptLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('good', models.IntegerField(db_default=0, default=0)),
                ('rejected', models.IntegerField(db_default=0, default=0)),
                ('reason', models.CharField(db_default='', default='', max_length=200)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.orderline')),
                ('receipt', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='procurement.receipt')),
            ],
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('credit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.payable')),
                ('payable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='procurement.payable')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='procurement.payment')),
            ],
        ),
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('name_en', models.CharField(db_default='', default='', max_length=120)),
                ('mode', models.CharField(max_length=12)),
                ('state', models.CharField(db_default='candidate', default='candidate', max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('terms', models.CharField(max_length=12)),
                ('terms_days', models.SmallIntegerField(db_default=0, default=0)),
                ('lead_days', models.SmallIntegerField()),
                ('minimum_order', models.BigIntegerField(db_default=0, default=0)),
                ('address', models.CharField(db_default='', default='', max_length=300)),
                ('contacts', models.JSONField(default=list)),
                ('note', models.CharField(db_default='', default='', max_length=2000)),
                ('created_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
            ],
            options={
                'indexes': [models.Index(fields=['state', '-id'], name='supplier_state')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('candidate', 'approved', 'suspended', 'ended'))), name='supplier_state_known'), models.CheckConstraint(condition=models.Q(('mode__in', ['own_factory', 'stock', 'dropship'])), name='supplier_mode_known'), models.CheckConstraint(condition=models.Q(('terms__in', ['on_receipt', 'net', 'month_end'])), name='supplier_terms_known'), models.CheckConstraint(condition=models.Q(('lead_days__gte', 0), ('minimum_order__gte', 0), ('terms_days__gte', 0)), name='supplier_not_negative')],
            },
        ),
        migrations.AddField(
            model_name='payment',
            name='supplier',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.supplier'),
        ),
        migrations.AddField(
            model_name='payable',
            name='supplier',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.supplier'),
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('number', models.CharField(db_default='', default='', max_length=80)),
                ('mandatory', models.BooleanField(db_default=False, default=False)),
                ('expires_on', models.DateField(db_index=True, null=True)),
                ('file', models.CharField(db_default='', default='', max_length=80)),
                ('added_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='procurement.supplier')),
            ],
        ),
        migrations.AddField(
            model_name='order',
            name='supplier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.supplier'),
        ),
        migrations.CreateModel(
            name='Offering',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('supplier_code', models.CharField(db_default='', default='', max_length=80)),
                ('pack_size', models.IntegerField(db_default=1, default=1)),
                ('minimum_quantity', models.IntegerField(db_default=1, default=1)),
                ('lead_days', models.SmallIntegerField(null=True)),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku')),
                ('supplier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='offerings', to='procurement.supplier')),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(null=True)),
                ('breaks', models.JSONField()),
                ('tender', models.CharField(db_default='', default='', max_length=40)),
                ('created_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku')),
                ('supplier', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='procurement.supplier')),
            ],
        ),
        migrations.CreateModel(
            name='Tender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('note', models.CharField(db_default='', default='', max_length=2000)),
                ('currency', models.CharField(max_length=3)),
                ('deadline', models.DateTimeField()),
                ('state', models.CharField(db_default='draft', default='draft', max_length=10)),
                ('reason', models.CharField(db_default='', default='', max_length=500)),
                ('created_at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('awarded_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'open', 'awarded', 'cancelled'))), name='tender_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'awarded'), _negated=True), ('awarded_at__isnull', False), _connector='OR'), name='tender_award_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.SmallIntegerField(db_default=1, default=1)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('revisions', models.SmallIntegerField(db_default=0, default=0)),
                ('declined', models.BooleanField(db_default=False, default=False)),
                ('remarks', models.CharField(db_default='', default='', max_length=2000)),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.supplier')),
                ('tender', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='procurement.tender')),
            ],
        ),
        migrations.CreateModel(
            name='TenderLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.SmallIntegerField()),
                ('quantity', models.IntegerField()),
                ('note', models.CharField(db_default='', default='', max_length=200)),
                ('awarded', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='procurement.invitation')),
                ('sku', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku')),
                ('tender', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='procurement.tender')),
            ],
        ),
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('price', models.BigIntegerField()),
                ('lead_days', models.SmallIntegerField()),
                ('remark', models.CharField(db_default='', default='', max_length=200)),
                ('invitation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bids', to='procurement.invitation')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='procurement.tenderline')),
            ],
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('by_supplier', models.BooleanField()),
                ('author', models.CharField(db_default='', default='', max_length=200)),
                ('text', models.CharField(db_default='', default='', max_length=1000)),
                ('carrier', models.CharField(db_default='', default='', max_length=60)),
                ('waybill', models.CharField(db_default='', default='', max_length=60)),
                ('arrives_on', models.DateField(null=True)),
                ('at', models.DateTimeField(db_default=zhanggui.kernel.clock.MallNow())),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='procurement.order')),
            ],
            options={
                'indexes': [models.Index(fields=['order', 'id'], name='purchasenote_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['comment', 'shipment'])), name='purchasenote_kind_known')],
            },
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'position'), name='purchaseline_once'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.UniqueConstraint(fields=('order', 'sku'), name='purchaseline_sku_once'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('price__gte', 0), ('quantity__gt', 0)), name='purchaseline_makes_sense'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed', None), models.Q(('confirmed__gte', 0), ('confirmed__lte', models.F('quantity'))), _connector='OR'), name='purchaseline_confirmed_within'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('good__gte', 0), ('good__lte', models.F('ceiling'))), name='purchaseline_within_tolerance'),
        ),
        migrations.AddConstraint(
            model_name='orderline',
            constraint=models.CheckConstraint(condition=models.Q(('rejected__gte', 0), ('returned__gte', 0), ('returned__lte', models.F('good'))), name='purchaseline_returned_within'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['order', 'id'], name='receipt_order'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['receipt', 'return'])), name='receipt_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='receiptline',
            constraint=models.UniqueConstraint(fields=('receipt', 'line'), name='receiptline_once'),
        ),
        migrations.AddConstraint(
            model_name='receiptline',
            constraint=models.CheckConstraint(condition=models.Q(('good__gte', 0), ('rejected__gte', 0), models.Q(('good__gt', 0), ('rejected__gt', 0), _connector='OR')), name='receiptline_units'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='settlement_positive'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('credit__isnull', False), ('payment__isnull', True)), models.Q(('credit__isnull', True), ('payment__isnull', False)), _connector='OR'), name='settlement_has_one_source'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['supplier', 'id'], name='supplierpayment_supplier'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='supplierpayment_positive'),
        ),
        migrations.AddIndex(
            model_name='payable',
            index=models.Index(condition=models.Q(('settled', models.F('amount')), _negated=True), fields=['supplier', 'due_on'], name='payable_open'),
        ),
        migrations.AddIndex(
            model_name='payable',
            index=models.Index(fields=['supplier', 'id'], name='payable_supplier'),
        ),
        migrations.AddConstraint(
            model_name='payable',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('settled__gte', 0), ('settled__lte', models.F('amount'))), models.Q(('amount__lt', 0), ('settled__gte', models.F('amount')), ('settled__lte', 0)), models.Q(('amount', 0), ('settled', 0)), _connector='OR'), name='payable_never_more_than_owed'),
        ),
        migrations.AddConstraint(
            model_name='paper',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['business_licence', 'production_licence', 'food_licence', 'brand_authorisation', 'quality_report', 'contract', 'other'])), name='paper_kind_known'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['supplier', '-id'], name='purchase_supplier'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', '-id'], name='purchase_state'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(condition=models.Q(('state__in', ('sent', 'confirmed', 'part'))), fields=['expected_on'], name='purchase_expected'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('draft', 'approved', 'sent', 'confirmed', 'part', 'received', 'closed', 'cancelled'))), name='purchase_state_known'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', 0)), name='purchase_total_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'cancelled']), ('approved_at__isnull', False), _connector='OR'), name='purchase_is_approved'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'approved', 'cancelled']), models.Q(('expected_on__isnull', False), ('sent_at__isnull', False)), _connector='OR'), name='purchase_is_sent'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.UniqueConstraint(fields=('supplier', 'sku'), name='offering_once'),
        ),
        migrations.AddConstraint(
            model_name='offering',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_quantity__gt', 0), ('pack_size__gt', 0)), name='offering_positive'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='agreement_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('supplier'), '='), (models.F('sku'), '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='agreement_no_overlap'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.UniqueConstraint(fields=('tender', 'supplier'), name='invitation_once'),
        ),
        migrations.AddConstraint(
            model_name='tenderline',
            constraint=models.UniqueConstraint(fields=('tender', 'position'), name='tenderline_once'),
        ),
        migrations.AddConstraint(
            model_name='tenderline',
            constraint=models.UniqueConstraint(fields=('tender', 'sku'), name='tenderline_sku_once'),
        ),
        migrations.AddConstraint(
            model_name='tenderline',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='tenderline_positive'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.UniqueConstraint(fields=('invitation', 'line'), name='bid_once'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.CheckConstraint(condition=models.Q(('lead_days__gte', 0), ('price__gt', 0)), name='bid_makes_sense'),
        ),
    ]
