"""The district, loaded once for the module that asks for it and rolled back behind it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from jishu.config.demo.district import yunxi
from jishu.config.demo.loading import load


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The folder in which the ledger was kept."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("sync")
        load(yunxi(), folder, lambda line: None)
        connection.check_constraints()  # else every test checks them once more, for all the rows there are
        yield folder
        transaction.set_rollback(True)
