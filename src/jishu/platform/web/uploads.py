"""Files inside forms: to disk, and no further than the largest that is taken anywhere."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import TemporaryFileUploadHandler

LARGEST = 256 << 20  # of all files in one form together; whatever wants less says so itself


class BoundedUpload(TemporaryFileUploadHandler):
    """Stops reading a form that brings too much, before the disk is full of it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 — Django calls it so
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > LARGEST:
            raise RequestDataTooBig("upload too large")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._received += len(raw_data)
        if self._received > LARGEST:
            raise RequestDataTooBig("upload too large")
        super().receive_data_chunk(raw_data, start)
