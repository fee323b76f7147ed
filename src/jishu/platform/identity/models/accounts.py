"""How people sign in."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.expressions import RawSQL

from .organisation import Person


class Accounts(BaseUserManager["Account"]):
    """Loads the person with the account, and the organisation's stamp: every request needs all three."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        stamp = RawSQL("(SELECT value FROM identity_stamp)", (), output_field=models.BigIntegerField())
        return super().get_queryset().select_related("person").annotate(stamp=stamp)


class Account(AbstractBaseUser):
    """How a person signs in."""

    username = models.CharField("账号", max_length=40, unique=True, db_collation="C")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account", verbose_name="人员")
    is_active = models.BooleanField("启用", default=True)
    failures = models.PositiveSmallIntegerField("连续失败次数", default=0, editable=False)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True, editable=False)

    USERNAME_FIELD = "username"
    objects = Accounts()

    class Meta:
        verbose_name = verbose_name_plural = "账号"

    def __str__(self) -> str:
        return self.username
