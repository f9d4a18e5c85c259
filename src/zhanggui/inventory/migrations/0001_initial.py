import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Warehouse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('region', models.CharField(db_default='', default='', max_length=60)),
                ('priority', models.SmallIntegerField(db_default=100, default=100)),
                ('active', models.BooleanField(db_default=True, default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.BigIntegerField(db_default=0, default=0)),
                ('reserved', models.BigIntegerField(db_default=0, default=0)),
                ('sku', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.sku')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
        ),
        migrations.CreateModel(
            name='Movement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delta', models.BigIntegerField()),
                ('balance_after', models.BigIntegerField()),
                ('kind', models.CharField(max_length=16)),
                ('reference', models.CharField(db_default='', default='', max_length=80)),
                ('reason', models.CharField(db_default='', default='', max_length=200)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_label', models.CharField(db_default='', default='', max_length=200)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('level', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.level')),
            ],
            options={
                'indexes': [models.Index(fields=['level', '-id'], name='inventory_movement_level')],
                'constraints': [models.CheckConstraint(condition=models.Q(('balance_after__gte', 0)), name='inventory_movement_balance'), models.CheckConstraint(condition=models.Q(('kind__in', ['receive', 'ship', 'return', 'adjust', 'damage', 'sample'])), name='inventory_movement_kind')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_number', models.CharField(max_length=40)),
                ('line', models.IntegerField()),
                ('quantity', models.BigIntegerField()),
                ('shipped', models.BigIntegerField(db_default=0, default=0)),
                ('released', models.BigIntegerField(db_default=0, default=0)),
                ('level', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.level')),
            ],
            options={
                'indexes': [models.Index(fields=['order_number'], name='inventory_reservation_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0), ('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('shipped'), '+', models.F('released'))), ('released__gte', 0), ('shipped__gte', 0)), name='inventory_reservation_adds_up')],
            },
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.UniqueConstraint(fields=('sku', 'warehouse'), name='inventory_one_level'),
        ),
        migrations.AddConstraint(
            model_name='level',
            constraint=models.CheckConstraint(condition=models.Q(('reserved__gte', 0), ('reserved__lte', models.F('on_hand'))), name='inventory_never_oversold'),
        ),
    ]
