"""`python -m benchmarks.exporting csv`: the ledger written as the worker writes it; says rows, seconds and memory."""

import json
import sys
import time
from resource import RUSAGE_SELF, getrusage

import django
from django.http import QueryDict

django.setup()  # before what imports models

from benchmarks.people import DISTRICT  # noqa: E402
from jishu.apps.asset.models import Card  # noqa: E402
from jishu.platform.contract import resource  # noqa: E402
from jishu.platform.identity.api import account_named, actor_for  # noqa: E402
from jishu.platform.resource.exporting import export_rows  # noqa: E402
from jishu.platform.resource.models import Export  # noqa: E402


def main(form: Export.Form) -> None:
    account = account_named(DISTRICT)
    assert account is not None
    assert account.person is not None
    given = QueryDict("&".join(f"state={one.value}" for one in Card.State if one is not Card.State.RETIRED))
    at_rest, began = getrusage(RUSAGE_SELF).ru_maxrss, time.monotonic()
    taken = export_rows(actor_for(account.person), resource=resource("asset.card"), given=given, form=form)
    told = {
        "rows": taken.export.count,
        "seconds": time.monotonic() - began,
        "bytes": taken.file.seek(0, 2),
        "megabytes": getrusage(RUSAGE_SELF).ru_maxrss / 1024,
        "at_rest": at_rest / 1024,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Export.Form(sys.argv[1]))
