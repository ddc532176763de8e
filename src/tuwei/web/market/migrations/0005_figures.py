from django.db import migrations, models

COMPARATORS = [("le", "≤"), ("lt", "<"), ("ge", "≥"), ("gt", ">"), ("eq", "="), ("approx", "≈"), ("range", "–")]


class Migration(migrations.Migration):
    dependencies = [("market", "0004_access_request")]
    operations = [
        migrations.RemoveField("figure", "published"),
        migrations.RemoveField("figure", "source"),
        migrations.AddField(
            "figure", "comparator", models.CharField(choices=COMPARATORS, default="eq", max_length=8)
        ),
        migrations.AddField("figure", "as_of", models.CharField(blank=True, max_length=10)),
        migrations.AddField("figure", "published", models.CharField(blank=True, max_length=10)),
        migrations.AddField(
            "figure", "source_zh", models.CharField(default="", max_length=300), preserve_default=False
        ),
        migrations.AddField(
            "figure", "source_en", models.CharField(default="", max_length=300), preserve_default=False
        ),
    ]
