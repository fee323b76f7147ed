from jishu.platform.apps import JishuAppConfig


class RiskConfig(JishuAppConfig):
    name = "jishu.platform.risk"
    label = "risk"
    verbose_name = "风险"
