from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('promises', '0001_shortages'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='shortage',
            name='shortage_answered_has_answer',
        ),
        migrations.RemoveConstraint(
            model_name='shortage',
            name='shortage_case_is_refund',
        ),
        migrations.AddField(
            model_name='shortage',
            name='answer_sku',
            field=models.CharField(db_default='', default='', max_length=100),
        ),
        migrations.AddConstraint(
            model_name='shortage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('state', 'answered'), ('answer__in', ('wait', 'refund', 'exchange'))), models.Q(models.Q(('state', 'answered'), _negated=True), ('answer', ''), ('answered_at', None)), _connector='OR'), name='shortage_answered_has_answer'),
        ),
        migrations.AddConstraint(
            model_name='shortage',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['refund', 'exchange']), ('case_number', ''), _connector='OR'), name='shortage_case_is_money'),
        ),
        migrations.AddConstraint(
            model_name='shortage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', 'exchange'), models.Q(('answer_sku', ''), _negated=True)), models.Q(models.Q(('answer', 'exchange'), _negated=True), ('answer_sku', '')), _connector='OR'), name='shortage_exchange_names_its_article'),
        ),
    ]
