from jishu.platform.apps import JishuAppConfig


class ExchangeConfig(JishuAppConfig):
    name = "jishu.platform.exchange"
    label = "exchange"
    verbose_name = "共享交换"
