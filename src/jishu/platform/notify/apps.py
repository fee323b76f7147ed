from jishu.platform.apps import JishuAppConfig


class NotifyConfig(JishuAppConfig):
    name = "jishu.platform.notify"
    label = "notify"
    verbose_name = "消息"
