from jishu.platform.apps import JishuAppConfig


class StandardsConfig(JishuAppConfig):
    name = "jishu.platform.standards"
    label = "standards"
    verbose_name = "标准规则库"
