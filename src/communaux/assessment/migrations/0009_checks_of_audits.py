
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0008_audits'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('check_id', models.CharField(max_length=40)),
                ('check_version', models.PositiveSmallIntegerField()),
                ('target', models.CharField(blank=True, max_length=2000)),
                ('outcome', models.CharField(choices=[('favourable', 'Favourable'), ('adverse', 'Adverse'), ('undecidable', 'Undecidable'), ('error', 'Error')], max_length=11)),
                ('values', models.JSONField(default=dict)),
                ('limits', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('audit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='assessment.serviceaudit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('audit', 'check_id', 'target'), name='checked_once_a_target')],
            },
        ),
    ]
