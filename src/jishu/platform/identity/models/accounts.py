"""How people sign in, and what stands between them and their powers."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from jishu.platform.lib.clock import now

from .organisation import Person


def stamped() -> RawSQL:
    """The number that grows with every change of the organisation, read along with a row."""
    return RawSQL("(SELECT value FROM identity_stamp)", (), output_field=models.BigIntegerField())


def latest_policy() -> RawSQL:
    """The key of the policy laid down last, read along with a row; None while there is none."""
    return RawSQL("(SELECT max(id) FROM identity_policy)", (), output_field=models.BigIntegerField())


class Accounts(BaseUserManager["Account"]):
    """Loads the person with the account, the organisation's stamp and the policy: every request needs them."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        return super().get_queryset().select_related("person").annotate(stamp=stamped(), latest_policy=latest_policy())


class Account(AbstractBaseUser):
    """How a person signs in."""

    username = models.CharField("账号", max_length=40, unique=True, db_collation="C")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account", verbose_name="人员")
    is_active = models.BooleanField("启用", default=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0, editable=False)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True, editable=False)
    password_set_at = models.DateTimeField("密码设定时间", default=now, db_default=Now(), editable=False)
    must_change = models.BooleanField("须修改密码", default=False, db_default=False, editable=False)
    one_time_until = models.DateTimeField("一次性密码有效至", null=True, blank=True, editable=False)
    factor_since = models.DateTimeField("动态口令启用时间", null=True, blank=True, editable=False)

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.username
