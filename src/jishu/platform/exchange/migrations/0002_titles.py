"""Codes of systems and events are told by their titles. Nothing changes in the database."""

from django.db import migrations, models

import jishu.platform.exchange.models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="type",
            field=models.CharField(
                choices=jishu.platform.exchange.models.event_titles,
                db_collation="C",
                max_length=80,
                verbose_name="事件类型",
            ),
        ),
        migrations.AlterField(
            model_name="reader",
            name="stream",
            field=models.CharField(
                choices=jishu.platform.exchange.models.system_titles,
                db_collation="C",
                max_length=40,
                verbose_name="事件来源",
            ),
        ),
    ]
