from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "jishu.config.demo"
    label = "demo"
    verbose_name = "演示区"
