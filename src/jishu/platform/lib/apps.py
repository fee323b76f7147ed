from django.apps import AppConfig


class LibConfig(AppConfig):
    """An installed app only because it owns the database functions of search."""

    name = "jishu.platform.lib"
    label = "lib"
    verbose_name = "基础"
