from django.db import migrations

from communaux.core.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        AppendOnly("core_entry", ("private",)),
        AppendOnly("core_checkpoint"),
        AppendOnly("core_weights"),
    ]
