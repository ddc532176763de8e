from django.db import migrations

from tuwei.web.base.search import index_operation


class Migration(migrations.Migration):
    dependencies = [("market", "0001_initial")]
    operations = [index_operation("market_need"), index_operation("market_achievement")]
