from jishu.platform.apps import JishuAppConfig


class CatalogConfig(JishuAppConfig):
    name = "jishu.platform.catalog"
    label = "catalog"
    verbose_name = "目录"
