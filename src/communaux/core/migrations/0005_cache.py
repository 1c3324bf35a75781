from django.core.management import call_command
from django.db import migrations


def create(apps, editor):
    """The table of the shared cache; Django makes it by a command that nobody should have to know."""
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0004_verified_mails")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
