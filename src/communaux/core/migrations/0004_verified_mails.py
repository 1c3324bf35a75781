from django.db import migrations


def verify(apps, editor):
    """Accounts of before were opened by the operator, who knew the address: nobody is asked to prove it now."""
    Person, EmailAddress = apps.get_model("core", "Person"), apps.get_model("account", "EmailAddress")
    known = set(EmailAddress.objects.values_list("user_id", flat=True))
    rows = [
        EmailAddress(user=person, email=person.mail.lower(), verified=True, primary=True)
        for person in Person.objects.exclude(mail=None).exclude(mail="")
        if person.pk not in known
    ]
    EmailAddress.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_membership_asked"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [migrations.RunPython(verify, migrations.RunPython.noop)]
