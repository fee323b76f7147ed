from jishu.platform.apps import JishuAppConfig


class AssetConfig(JishuAppConfig):
    name = "jishu.apps.asset"
    label = "asset"
    verbose_name = "资产"
