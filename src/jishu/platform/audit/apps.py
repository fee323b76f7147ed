from jishu.platform.apps import JishuAppConfig


class AuditConfig(JishuAppConfig):
    name = "jishu.platform.audit"
    label = "audit"
    verbose_name = "审计"
