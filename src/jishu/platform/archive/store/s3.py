"""Contents in a bucket that speaks S3: one object per hash."""

import base64
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from tempfile import TemporaryFile
from typing import IO, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_PREFIX = "sha256/"
_ABSENT = ("404", "NoSuchKey", "NotFound")


class S3Store:
    """An object appears whole or not at all, and the bucket itself checks the hash of what it got."""

    def __init__(self, bucket: str, endpoint: str = "", region: str = "", key: str = "", secret: str = "") -> None:
        self._bucket = bucket
        self._options: dict[str, Any] = {
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "aws_access_key_id": key or None,
            "aws_secret_access_key": secret or None,
            "config": Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 3, "mode": "standard"}),
        }

    @cached_property
    def _client(self) -> Any:
        return boto3.session.Session().client("s3", **self._options)

    def put(self, file: IO[bytes], digest: str) -> None:
        if self.has(digest):
            return
        file.seek(0)
        checksum = base64.b64encode(bytes.fromhex(digest)).decode()
        self._client.put_object(Bucket=self._bucket, Key=_PREFIX + digest, Body=file, ChecksumSHA256=checksum)

    def open(self, digest: str) -> IO[bytes]:
        file: IO[bytes] = TemporaryFile()  # noqa: SIM115 — handed to the caller
        try:
            self._client.download_fileobj(self._bucket, _PREFIX + digest, file)
        except ClientError as error:
            file.close()
            if error.response["Error"]["Code"] in _ABSENT:
                raise FileNotFoundError(digest) from error
            raise
        file.seek(0)
        return file

    def has(self, digest: str) -> bool:
        try:
            self._client.head_object(Bucket=self._bucket, Key=_PREFIX + digest)
        except ClientError as error:
            if error.response["Error"]["Code"] in _ABSENT:
                return False
            raise
        return True

    def remove(self, digest: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=_PREFIX + digest)

    def known(self) -> Iterator[tuple[str, datetime]]:
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=_PREFIX):
            for one in page.get("Contents", ()):
                yield one["Key"].removeprefix(_PREFIX), one["LastModified"]

    def sweep(self, before: datetime) -> int:
        """Nothing half-written is ever visible in a bucket."""
        return 0
