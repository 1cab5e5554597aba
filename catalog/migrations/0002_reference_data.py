from django.db import migrations

from catalog import reference


def load(apps, schema_editor):
    reference.load(lambda name: apps.get_model("catalog", name))


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
