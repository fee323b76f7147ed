"""Changes tables while people work: what cannot be had at once is let go, waited for and asked for again.

A migration takes the locks of all its tables first, in one statement that waits for less than a second, and only then
begins. So it never holds one table while it waits for another: no writer is its victim, and none waits longer than
the change itself takes. When somebody else is at a table for longer, the migration steps back and tries again.
"""

import random
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BaseConstraint, Index

# All below PostgreSQL's deadlock_timeout (1 s): whoever has waited for us that long would be told of a deadlock.
ONE_LOCK_WITHIN, ALL_LOCKS_WITHIN = "300ms", "700ms"
TRIED_FOR = 300.0  # seconds
_LONGEST_PAUSE = 2.0
# LockNotAvailable, DeadlockDetected, QueryCanceled: nothing was done, and a moment later it may well go through.
_PASSING = {"55P03", "40P01", "57014"}
_NAME = re.compile(r"\w+")


class TablesInUse(Exception):
    """数据表一直被占用，升级没有做完；已做完的步骤有效，未做完的一步已整步退回。请在空闲时再执行一次 jishu migrate。"""


class Editor(DatabaseSchemaEditor):
    """Begins by taking ``tables`` for itself, and ends its transaction also when what Django deferred fails."""

    def __init__(self, *args: Any, tables: tuple[str, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.tables = tables

    def __enter__(self) -> "Editor":
        super().__enter__()
        if self.tables and self.atomic_migration:
            try:
                self._take()
            except BaseException:
                self.atomic.__exit__(*sys.exc_info())
                raise
        return self

    def __exit__(self, *told: Any) -> None:
        try:
            super().__exit__(*told)
        except BaseException:
            if self.atomic_migration and self.connection.in_atomic_block:
                self.atomic.__exit__(*sys.exc_info())
            raise

    def _take(self) -> None:
        names = ", ".join(self.quote_name(table) for table in self.tables)
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{ONE_LOCK_WITHIN}'")
            cursor.execute(f"SET LOCAL statement_timeout = '{ALL_LOCKS_WITHIN}'")
            cursor.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
            cursor.execute("SET LOCAL statement_timeout = 0")


class Growing(ProjectState):
    """The state of an empty database on its way. What is only added leaves the models there are as they were.

    Django makes every model anew that is related to one that is added, however far, so that the state before keeps
    its own: four fifths of the time an empty database takes. Nothing that is added asks for the state before, and a
    clone, which one asks for who may have to begin again, is Django's own.
    """

    def add_model(self, model_state: ModelState) -> None:
        apps = self.__dict__.pop("apps", None)  # hidden, so that Django adds it to the list alone
        super().add_model(model_state)
        if apps is not None:
            apps.render_multiple([model_state])
            self.apps = apps

    def add_index(self, app_label: str, model_name: str, index: Index) -> None:
        self._add("indexes", app_label, model_name, index)

    def add_constraint(self, app_label: str, model_name: str, constraint: BaseConstraint) -> None:
        self._add("constraints", app_label, model_name, constraint)

    def _add(self, kind: str, app_label: str, model_name: str, one: Index | BaseConstraint) -> None:
        options = self.models[app_label, model_name].options
        options[kind] = [*options[kind], one]
        if "apps" in self.__dict__:
            getattr(self.apps.get_model(app_label, model_name)._meta, kind).append(one)


class Executor(MigrationExecutor):
    """On a database in use, every migration of one transaction is tried until its tables are free."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._is_new = not self.loader.applied_migrations  # nobody is at work in an empty database

    def migrate(
        self,
        targets: Sequence[tuple[str, str | None]] | None,
        plan: Sequence[tuple[Migration, bool]] | None = None,
        state: ProjectState | None = None,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        if self._is_new:
            state = Growing(real_apps=self.loader.unmigrated_apps)
        return super().migrate(targets, plan, state, fake, fake_initial)

    def apply_migration(self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False) -> Any:
        if fake or not migration.atomic or self._is_new or self.connection.in_atomic_block:
            return super().apply_migration(state, migration, fake, fake_initial)
        tables = self._touched(state, migration)
        apply = super().apply_migration
        with _edited_by(self.connection, tables):
            return _tried(lambda: apply(state.clone(), migration, fake, fake_initial))

    def _touched(self, state: ProjectState, migration: Migration) -> tuple[str, ...]:
        """The tables there are that its statements name; what a function in it does to others is not known here."""
        with self.connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            migration.apply(state.clone(), editor, collect_sql=True)
        words = {word for said in editor.collected_sql if not said.startswith("--") for word in _NAME.findall(said)}
        with self.connection.cursor() as cursor:
            there = self.connection.introspection.table_names(cursor)
        return tuple(sorted(words & set(there)))


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """One upgrade at a time. Asked for again and again: whoever waits in a statement holds up concurrent indexes."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('jishu.upgrade'))")
            if cursor.fetchone()[0]:
                break
            time.sleep(0.5)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('jishu.upgrade'))")


@contextmanager
def _edited_by(connection: BaseDatabaseWrapper, tables: tuple[str, ...]) -> Iterator[None]:
    usual = connection.SchemaEditorClass
    connection.SchemaEditorClass = partial(Editor, tables=tables)  # type: ignore[assignment]
    try:
        yield
    finally:
        connection.SchemaEditorClass = usual


def _tried(apply: Any) -> Any:
    deadline, pause = time.monotonic() + TRIED_FOR, 0.1
    while True:
        try:
            return apply()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") not in _PASSING:
                raise
            if time.monotonic() > deadline:
                raise TablesInUse(TablesInUse.__doc__) from error
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 — a pause, not a key
        pause = min(pause * 1.5, _LONGEST_PAUSE)
