from jishu.platform.apps import JishuAppConfig


class FleetConfig(JishuAppConfig):
    name = "jishu.apps.fleet"
    label = "fleet"
    verbose_name = "公车"
