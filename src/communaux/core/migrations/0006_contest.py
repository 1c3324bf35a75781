import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communaux.core.triggers import AppendOnly, FilledOnce


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0005_cache'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_kind', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=64)),
                ('field', models.CharField(max_length=80)),
                ('proposed', models.TextField(blank=True)),
                ('fact', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('upheld', 'Upheld'), ('dismissed', 'Dismissed'), ('withdrawn', 'Withdrawn')], default='open', max_length=9)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contests', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seconded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='ContestOpinion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('upheld', 'Upheld'), ('dismissed', 'Dismissed')], max_length=9)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opinions', to='core.contest')),
            ],
        ),
        migrations.AddIndex(
            model_name='contest',
            index=models.Index(fields=['subject_kind', 'subject_id'], name='contest_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'answered'])), fields=('subject_kind', 'subject_id', 'field', 'by'), name='one_standing_contest_each'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('fact', ''), _negated=True), name='contest_says_a_fact'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('opened_at'))), name='contest_due_after_opening'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='contest_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state__in', ['upheld', 'dismissed']), _negated=True), ('decided_at', None), ('decided_by', None), ('seconded_by', None)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('seconded_by__isnull', False), ('state__in', ['upheld', 'dismissed'])), _connector='OR'), name='contest_decided_by_two'),
        ),
        migrations.AddConstraint(
            model_name='contest',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('seconded_by')), _negated=True), _connector='OR'), name='contest_deciders_differ'),
        ),
        migrations.AddConstraint(
            model_name='contestopinion',
            constraint=models.UniqueConstraint(fields=('contest', 'by'), name='one_opinion_each'),
        ),
        migrations.AddConstraint(
            model_name='contestopinion',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='opinion_says_why'),
        ),
        FilledOnce(
            'core_contest',
            ('answer', 'answered_by_id', 'answered_at', 'decided_by_id', 'seconded_by_id', 'decided_at', 'reason'),
            'state',
            ('upheld', 'dismissed', 'withdrawn'),
        ),
        AppendOnly('core_contestopinion'),
    ]
