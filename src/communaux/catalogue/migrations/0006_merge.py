import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0005_notes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='lifeevent',
            name='kept_at',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='lifeevent',
            name='remains',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='decided_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='proposed_because',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='matchproposal',
            name='reason',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='lifeevent',
            name='state',
            field=models.CharField(choices=[('declared', 'Declared'), ('confirmed', 'Confirmed'), ('withdrawn', 'Withdrawn')], default='declared', max_length=9),
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reason', models.TextField()),
                ('moved', models.JSONField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undone_because', models.TextField(blank=True)),
                ('left', models.JSONField(default=list)),
                ('absorbed', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merged_as', to='catalogue.commons')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='catalogue.commons')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('absorbed',), name='absorbed_once'), models.CheckConstraint(condition=models.Q(('kept', models.F('absorbed')), _negated=True), name='merge_of_two'), models.CheckConstraint(condition=models.Q(models.Q(('undone_at', None), ('undone_by', None)), models.Q(('undone_at__isnull', False), ('undone_by__isnull', False)), _connector='OR'), name='undone_by_somebody')],
            },
        ),
    ]
