"""Indexes that no query asks for, and that every order paid for: those for LIKE on its number."""

from django.db import migrations, models

LIKE_INDEXES = """
DROP INDEX IF EXISTS orders_order_id_66f898cd_like;
DROP INDEX IF EXISTS orders_orderline_order_id_17f8f3ef_like;
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [
        migrations.RunSQL(LIKE_INDEXES, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="orderline",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="lines",
                to="orders.order",
            ),
        ),
    ]
