"""`jishu contents save|bring DIRECTORY`: the contents of files out of the store and back, each proved by its hash."""

import hashlib
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from jishu.platform.archive.store import Store, store


class Command(BaseCommand):
    help = "文件内容：从存储（目录或 S3）取出到一个目录，或从目录放回存储。备份和恢复用它处理对象存储中的文件。"

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, parser_class=ArgumentParser)
        actions.add_parser("save", help="取出到目录；目录中已有的不再取").add_argument("directory", type=Path)
        actions.add_parser("bring", help="放回存储；存储中已有的不再放").add_argument("directory", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        move = {"save": _save, "bring": _bring}[options["action"]]
        done, spoilt = move(store(), options["directory"])
        if spoilt:
            raise CommandError(
                f"{len(spoilt)} 份内容与其 SHA-256 不符，没有处理：{'、'.join(spoilt[:5])}", returncode=1
            )
        self.stdout.write(f"共处理 {done} 份文件内容，均与其 SHA-256 一致。")


def _save(source: Store, directory: Path) -> tuple[int, list[str]]:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    done, spoilt = 0, []
    for digest, _ in source.known():
        target = directory / digest
        if target.exists():
            continue
        draft = target.with_suffix(".partial")
        try:
            with source.open(digest) as file, draft.open("wb") as copy:
                shutil.copyfileobj(file, copy, 1 << 20)
        except FileNotFoundError:
            continue  # disposed of while we were at it: no row will miss it
        if _digest(draft) != digest:
            draft.unlink()
            spoilt.append(digest)
            continue
        draft.rename(target)
        done += 1
    return done, spoilt


def _bring(target: Store, directory: Path) -> tuple[int, list[str]]:
    done, spoilt = 0, []
    for path in sorted(directory.iterdir()):
        if _digest(path) != path.name:
            spoilt.append(path.name)
            continue
        if not target.has(path.name):
            with path.open("rb") as file:
                target.put(file, path.name)
        done += 1
    return done, spoilt


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
