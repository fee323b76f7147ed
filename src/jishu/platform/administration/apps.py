from jishu.platform.apps import JishuAppConfig


class AdministrationConfig(JishuAppConfig):
    name = "jishu.platform.administration"
    label = "administration"
    verbose_name = "系统管理"
