"""What messages are about, as people choose between them. Few on purpose: nobody sorts fifty switches."""

from django.db import models


class Kind(models.TextChoices):
    """Urgent ones pass quiet hours (``URGENT``)."""

    TODO = "todo", "待我办理"
    URGE = "urge", "催办"
    RESULT = "result", "我的办件有结果"
    COPY = "copy", "抄送我的"
    ALARM = "alarm", "故障与安全告警"
    GENERAL = "general", "其他通知"


class Channel(models.TextChoices):
    MAIL = "mail", "电子邮件"
    DINGTALK = "dingtalk", "钉钉机器人"
    WECOM = "wecom", "企业微信机器人"


class Mode(models.TextChoices):
    NOW = "now", "立即"
    DIGEST = "digest", "每日摘要"
    OFF = "off", "不发送"


URGENT = frozenset({Kind.URGE, Kind.ALARM})
# Until somebody chooses otherwise.
USUAL = {Kind.TODO: Mode.NOW, Kind.URGE: Mode.NOW, Kind.RESULT: Mode.NOW, Kind.ALARM: Mode.NOW,
         Kind.COPY: Mode.DIGEST, Kind.GENERAL: Mode.DIGEST}  # fmt: skip
