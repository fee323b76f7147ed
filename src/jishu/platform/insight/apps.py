from jishu.platform.apps import JishuAppConfig


class InsightConfig(JishuAppConfig):
    name = "jishu.platform.insight"
    label = "insight"
    verbose_name = "指标"
