from jishu.platform.apps import JishuAppConfig


class OutboxConfig(JishuAppConfig):
    name = "jishu.platform.outbox"
    label = "outbox"
    verbose_name = "事件"
