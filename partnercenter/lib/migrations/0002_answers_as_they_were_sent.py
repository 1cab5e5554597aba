from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lib", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="answeredrequest", name="body", field=models.TextField()
        ),
    ]
