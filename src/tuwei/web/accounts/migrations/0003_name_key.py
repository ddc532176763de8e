from django.db import migrations

import tuwei.web.accounts.models as accounts


def fill(apps, schema_editor):
    organisation = apps.get_model("accounts", "Organisation")
    rows = list(organisation.objects.only("pk", "name"))
    for row in rows:
        row.name_key = accounts.name_key(row.name)
    organisation.objects.bulk_update(rows, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sign_up")]

    operations = [
        migrations.AddField(
            "organisation",
            "name_key",
            accounts.NameKey(db_index=True, default="", editable=False, max_length=400),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
