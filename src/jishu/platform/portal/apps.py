from jishu.platform.apps import JishuAppConfig


class PortalConfig(JishuAppConfig):
    name = "jishu.platform.portal"
    label = "portal"
    verbose_name = "门户"
