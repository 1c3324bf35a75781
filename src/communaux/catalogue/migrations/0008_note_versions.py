"""What the numbers of a kept search stand for. Nullable: SQLite then adds a column and keeps the triggers of the table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0007_searched'),
    ]

    operations = [
        migrations.AddField(
            model_name='notesearch',
            name='made_with',
            field=models.JSONField(null=True),
        ),
    ]
