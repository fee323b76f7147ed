from jishu.platform.apps import JishuAppConfig


class ArchiveConfig(JishuAppConfig):
    name = "jishu.platform.archive"
    label = "archive"
    verbose_name = "档案文件"
