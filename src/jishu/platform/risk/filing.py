"""The papers of an alert: whoever may read it may read them; whoever may act on it may add some."""

from jishu.platform.archive.api import SubjectKind, register_subject
from jishu.platform.identity.api import Actor

from .models import Alert
from .selectors import CLOSE, VERIFY, VIEW, alerts_visible_to

ALERT = "risk.alert"


def may_attach(actor: Actor, alert: Alert) -> bool:
    return not alert.is_ended and any(actor.scope(one).covers(alert.unit) for one in (VERIFY, CLOSE))


register_subject(
    SubjectKind(
        kind=ALERT,
        title="风险提示",
        rows=alerts_visible_to,
        permission=VIEW,
        may_attach=may_attach,
        unit_of=lambda alert: alert.unit,
    )
)
