from jishu.platform.apps import JishuAppConfig


class AccountConfig(JishuAppConfig):
    name = "jishu.platform.account"
    label = "account"
    verbose_name = "我的账号"
