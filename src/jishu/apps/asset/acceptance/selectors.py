"""Who sees which deliveries."""

from django.db.models import QuerySet

from jishu.apps.asset.models import Acceptance
from jishu.platform.identity.api import Actor


def acceptances_visible_to(actor: Actor, permission: str = "asset.view_acceptance") -> QuerySet[Acceptance]:
    found = Acceptance.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("unit", "accepted_by", "witnessed_by")
