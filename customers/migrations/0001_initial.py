import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('company_name', models.CharField(max_length=200)),
                ('name_key', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Lower('company_name'), output_field=models.TextField(db_collation='C'))),
                ('domain', models.CharField(db_collation='C', max_length=253)),
                ('segment', models.CharField(default='commercial', max_length=20)),
                ('country', models.CharField(max_length=2)),
                ('language', models.CharField(max_length=2)),
                ('culture', models.CharField(max_length=10)),
                ('organization_registration_number', models.CharField(blank=True, max_length=30)),
                ('first_name', models.CharField(max_length=50)),
                ('last_name', models.CharField(max_length=50)),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=30)),
                ('address_line1', models.CharField(max_length=200)),
                ('address_line2', models.CharField(blank=True, max_length=200)),
                ('city', models.CharField(max_length=100)),
                ('state', models.CharField(blank=True, max_length=100)),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('billing_profile_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
                ('partner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='accounts.partner')),
            ],
        ),
        migrations.CreateModel(
            name='CustomerWord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('word', models.CharField(db_collation='C', max_length=260)),
                ('name_key', models.TextField(db_collation='C')),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('partner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.partner')),
            ],
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['partner', 'name_key', 'id'], name='customer_by_name_idx'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['partner', '-created_at'], name='customer_by_age_idx'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.UniqueConstraint(fields=('partner', 'id'), name='customer_partner_id'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.UniqueConstraint(fields=('partner', 'domain'), name='customer_domain_unique'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('domain', django.db.models.functions.text.Lower('domain'))), name='customer_domain_lower'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$')), name='customer_country_code'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('segment__in', ['commercial', 'education', 'government', 'nonprofit'])), name='customer_segment_known'),
        ),
        migrations.AddIndex(
            model_name='customerword',
            index=models.Index(fields=['partner', 'word', 'name_key', 'customer'], name='customer_by_word_idx'),
        ),
        migrations.AddConstraint(
            model_name='customerword',
            constraint=models.UniqueConstraint(fields=('partner', 'customer', 'word'), name='customer_word_once'),
        ),
    ]
