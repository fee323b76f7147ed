"""What every stored record has in common."""

import uuid

from django.db import models

from .clock import now


class Record(models.Model):
    """A row that people and other systems may name: by a random key, which tells nothing of other rows."""

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField("标识", default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField("登记时间", default=now, editable=False)

    class Meta:
        abstract = True
