"""Base AppConfig: finds a package's contract and registers it once models are ready."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import AppConfig

from jishu.platform.contract import register


class JishuAppConfig(AppConfig):
    """Of every kernel package with tables and of every business app; ``contract.py`` is optional for the former."""

    default = False  # or Django sees two configs in each apps.py and silently uses neither

    def __init_subclass__(cls) -> None:
        cls.default = True

    def import_models(self) -> None:
        """Also those of sub-packages: a large system keeps each topic together, its tables included."""
        super().import_models()
        for topic in sorted(Path(self.path).glob("*/models.py")):
            import_module(f"{self.name}.{topic.parent.name}.models")

    def ready(self) -> None:
        if find_spec(f"{self.name}.services") is not None:
            import_module(f"{self.name}.services")  # so that all commands are known, by their titles, from the start
        if find_spec(f"{self.name}.contract") is not None:
            register(import_module(f"{self.name}.contract").CONTRACT)
