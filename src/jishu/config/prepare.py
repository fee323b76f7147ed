"""Brings a database to this code's state: tables, and on an empty one the demo district (`-m jishu.config.prepare`)."""

import os
import sys

import django
from django.apps import apps
from django.core.management import call_command

from jishu.runtime import preparation
from jishu.runtime.environment import Environment


def bring_up_to_date(url: str, *, demo: bool) -> None:
    """`url` must be what JISHU_DATABASE_URL says. Safe to repeat, and safe while others do the same."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishu.config.settings")
    django.setup()
    with preparation.alone(url):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("sync")
        if demo and not apps.get_model("identity.Unit").objects.exists():
            sys.stdout.write("数据库是空的，正在装入演示区……\n")
            call_command("demo")
        preparation.record(url, preparation.fingerprint(demo=demo))


if __name__ == "__main__":
    environment = Environment.read()
    if environment.database_url is None:
        sys.exit("jishu.config.prepare needs JISHU_DATABASE_URL; `jishu up` sets it.")
    bring_up_to_date(environment.database_url, demo=environment.demo)
