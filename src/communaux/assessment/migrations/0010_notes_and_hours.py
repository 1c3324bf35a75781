import communaux.core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communaux.core.triggers import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0009_checks_of_audits'),
        ('core', '0010_signedlink'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AiNote',
            fields=[
                ('id', models.UUIDField(default=communaux.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('about', models.CharField(max_length=300)),
                ('document', models.JSONField()),
                ('engine_version', models.CharField(max_length=20)),
                ('signed_by', models.CharField(max_length=120, null=True)),
                ('signed_at', models.DateTimeField()),
                ('review_on', models.DateField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('factor_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.factorset')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assessment.ainote')),
                ('service', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ai_notes', to='assessment.digitalservice')),
            ],
            options={
                'indexes': [models.Index(fields=['service', '-signed_at'], name='ai_notes_of_a_service')],
            },
        ),
        migrations.CreateModel(
            name='GridSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('method', models.CharField(max_length=6)),
                ('source', models.CharField(max_length=300)),
                ('content', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        AppendOnly('assessment_ainote', ('signed_by',)),
        AppendOnly('assessment_gridseries'),
    ]
