from jishu.platform.apps import JishuAppConfig


class IdentityConfig(JishuAppConfig):
    name = "jishu.platform.identity"
    label = "identity"
    verbose_name = "组织与人员"
