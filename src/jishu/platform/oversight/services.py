"""Having the record gone through, and keeping what was found."""

from procrastinate.contrib.django import app

from jishu.platform.audit.api import Verdict, verify
from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, system_actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict
from jishu.platform.notify.api import Kind, tell

from .models import Examination
from .selectors import auditors, examinations_visible_to, open_examination

EXAMINE = "oversight.add_examination"
TASK = "oversight.examine"
PAGE = "/oversight/"
FLAWS_KEPT = 200


class AlreadyRunning(Conflict):
    """已有一次核验正在进行，请等它完成。"""


def platform() -> Actor:
    """The platform examining its own record."""
    return system_actor("审计核验", {EXAMINE, "oversight.view_examination"})


@command(EXAMINE, audited_as="examination.started", titled="发起审计核验")
def start_examination(actor: Actor) -> Examination:
    """The worker does it; who began it is told of the end, and every auditor of anything that is off."""
    if open_examination() is not None:
        raise AlreadyRunning
    examination = Examination.objects.create(person=actor.person)
    # By name: the task stands above this module.
    app.configure_task(name=TASK).defer(examination=examination.pk)
    return examination


def examine(examination: Examination) -> None:
    """Takes as long as the record is; begun again from the start if the worker is killed."""
    rows = Examination.objects.filter(pk=examination.pk)
    rows.update(state=Examination.State.RUNNING, began_at=now(), done=0)
    verdict = verify(lambda done, total: _note_progress(examination, done, total))
    finish_examination(platform(), examination=examination, verdict=verdict)


def _note_progress(examination: Examination, done: int, total: int) -> None:
    Examination.objects.filter(pk=examination.pk).update(done=done, total=total)


@command(EXAMINE, audited_as="examination.finished", titled="完成审计核验")
def finish_examination(actor: Actor, *, examination: Examination, verdict: Verdict) -> Examination:
    found = claim(examinations_visible_to(actor), examination)
    found.state = Examination.State.FLAWED if verdict.flaws else Examination.State.WHOLE
    found.done = found.total = verdict.entries
    found.sealed, found.heads = verdict.sealed, verdict.heads
    found.flaws = [{"kind": flaw.kind, "message": flaw.message} for flaw in verdict.flaws[:FLAWS_KEPT]]
    found.ended_at = now()
    found.save()
    _tell(found, len(verdict.flaws))
    return found


@command(EXAMINE, audited_as="examination.failed", titled="审计核验中断")
def give_up_examination(actor: Actor, *, examination: Examination) -> Examination:
    """After an error of ours: say so rather than stand still."""
    found = claim(examinations_visible_to(actor), examination)
    found.state, found.ended_at = Examination.State.FAILED, now()
    found.save()
    return found


def _tell(examination: Examination, flaws: int) -> None:
    if flaws:
        title = f"审计核验发现 {flaws} 处异常，请立即查看并保护现场"
        tell(auditors(), title=title, body=examination.flaws[0]["message"], link=PAGE, kind=Kind.ALARM)
    elif examination.person is not None:
        title = f"审计核验完成：{examination.done} 条记录全部完好"
        tell([examination.person], title=title, link=PAGE)
