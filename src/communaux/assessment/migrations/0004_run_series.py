"""Totals over time, kept with the run that found them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0003_answers")]

    operations = [migrations.AddField("run", "series", models.JSONField(default=dict))]
