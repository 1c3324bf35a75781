
import communaux.core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0007_services_measured'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceAudit',
            fields=[
                ('id', models.UUIDField(default=communaux.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('document', models.TextField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('closed', 'Closed'), ('published', 'Published')], default='draft', max_length=9)),
                ('started_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.serviceaudit')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='audits', to='assessment.digitalservice')),
            ],
            options={
                'indexes': [models.Index(fields=['service', '-started_at'], name='audits_of_a_service')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('service',), name='one_draft_of_a_service'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='closed_audit_says_when')],
            },
        ),
    ]
