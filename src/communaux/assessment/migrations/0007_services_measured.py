
import communaux.core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communaux.core.triggers import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0006_forge_items'),
        ('catalogue', '0015_needs_answered_by_index'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FactorSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('version', models.CharField(max_length=20)),
                ('content', models.TextField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='DigitalService',
            fields=[
                ('id', models.UUIDField(default=communaux.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('slug', models.SlugField(max_length=80)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('web', 'Web'), ('native', 'Native'), ('api', 'Api'), ('data', 'Data'), ('other', 'Other')], max_length=6)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('perimeter', models.TextField(blank=True)),
                ('excluded', models.TextField(blank=True)),
                ('host', models.CharField(blank=True, max_length=120)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('pue', models.FloatField(blank=True, null=True)),
                ('pue_source', models.URLField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('commons', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='digital_services', to='catalogue.commons')),
            ],
        ),
        migrations.CreateModel(
            name='Measurement',
            fields=[
                ('id', models.UUIDField(default=communaux.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('sha256', models.CharField(max_length=64)),
                ('asked', models.JSONField(default=dict)),
                ('asked_key', models.CharField(max_length=64)),
                ('from_at', models.DateTimeField()),
                ('to_at', models.DateTimeField()),
                ('start', models.FloatField()),
                ('end', models.FloatField()),
                ('points', models.PositiveIntegerField()),
                ('kwh', models.FloatField()),
                ('coverage', models.FloatField(null=True)),
                ('perimeter', models.CharField(max_length=9)),
                ('share_low', models.FloatField(null=True)),
                ('share', models.FloatField(null=True)),
                ('share_high', models.FloatField(null=True)),
                ('tier', models.CharField(max_length=8)),
                ('facility', models.BooleanField(default=False)),
                ('theirs', models.FloatField(null=True)),
                ('warnings', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measurements', to='assessment.digitalservice')),
            ],
        ),
        migrations.CreateModel(
            name='FootprintResult',
            fields=[
                ('id', models.UUIDField(default=communaux.core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('low', models.FloatField()),
                ('value', models.FloatField()),
                ('high', models.FloatField()),
                ('tier', models.CharField(max_length=8)),
                ('given', models.JSONField()),
                ('document', models.JSONField()),
                ('engine_version', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('factor_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessment.factorset')),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='assessment.footprintresult')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assessment.digitalservice')),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='assessment.measurement')),
            ],
        ),
        migrations.CreateModel(
            name='EnergyHour',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hour', models.DateTimeField()),
                ('host_kwh', models.FloatField()),
                ('service_kwh', models.FloatField()),
                ('seconds_covered', models.FloatField()),
                ('measurement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hours', to='assessment.measurement')),
            ],
        ),
        migrations.AddConstraint(
            model_name='digitalservice',
            constraint=models.UniqueConstraint(fields=('commons', 'slug'), name='service_once_in_a_commons'),
        ),
        migrations.AddConstraint(
            model_name='digitalservice',
            constraint=models.CheckConstraint(condition=models.Q(('pue__isnull', True), models.Q(('pue__gte', 1), ('pue__lte', 10)), _connector='OR'), name='pue_that_can_be'),
        ),
        migrations.AddConstraint(
            model_name='digitalservice',
            constraint=models.CheckConstraint(condition=models.Q(('pue__isnull', True), models.Q(('pue_source', ''), _negated=True), _connector='OR'), name='pue_has_its_source'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.UniqueConstraint(fields=('service', 'sha256', 'asked_key'), name='measured_once'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('kwh__gt', 0)), name='measured_something'),
        ),
        migrations.AddConstraint(
            model_name='measurement',
            constraint=models.CheckConstraint(condition=models.Q(('coverage__isnull', True), models.Q(('coverage__gt', 0), ('coverage__lte', 1.000001)), _connector='OR'), name='coverage_is_a_part'),
        ),
        migrations.AddIndex(
            model_name='footprintresult',
            index=models.Index(fields=['service', '-created_at'], name='results_of_a_service'),
        ),
        migrations.AddConstraint(
            model_name='footprintresult',
            constraint=models.CheckConstraint(condition=models.Q(('low__gte', 0), ('low__lte', models.F('value')), ('value__lte', models.F('high'))), name='result_between_its_bounds'),
        ),
        migrations.AddConstraint(
            model_name='energyhour',
            constraint=models.UniqueConstraint(fields=('measurement', 'hour'), name='hour_once'),
        ),
        AppendOnly('assessment_energyhour'),
        AppendOnly('assessment_factorset'),
        AppendOnly('assessment_footprintresult'),
    ]
