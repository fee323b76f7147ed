from jishu.platform.apps import JishuAppConfig


class WorkflowConfig(JishuAppConfig):
    name = "jishu.platform.workflow"
    label = "workflow"
    verbose_name = "办件与审批"
