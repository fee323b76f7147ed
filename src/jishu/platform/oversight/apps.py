from jishu.platform.apps import JishuAppConfig


class OversightConfig(JishuAppConfig):
    name = "jishu.platform.oversight"
    label = "oversight"
    verbose_name = "审计核验"
