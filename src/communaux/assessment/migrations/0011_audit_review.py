
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0010_notes_and_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='serviceaudit',
            name='review_mail',
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AlterField(
            model_name='serviceaudit',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('closed', 'Closed'), ('published', 'Published'), ('expired', 'Expired')], default='draft', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='serviceaudit',
            constraint=models.CheckConstraint(condition=models.Q(('review_mail', ''), ('state', 'closed'), _connector='OR'), name='reviewer_asked_of_a_closed_audit'),
        ),
    ]
