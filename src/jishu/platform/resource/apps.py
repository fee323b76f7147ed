from jishu.platform.apps import JishuAppConfig


class ResourceConfig(JishuAppConfig):
    name = "jishu.platform.resource"
    label = "resource"
    verbose_name = "数据资源"
