from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('market', '0008_queues'),
    ]

    operations = [
        migrations.AddField(
            model_name='needanswer',
            name='taken',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
