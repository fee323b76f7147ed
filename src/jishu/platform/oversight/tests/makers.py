"""Smallest valid examinations."""

from jishu.platform.identity.models import Unit
from jishu.platform.identity.tests.makers import make_person
from jishu.platform.oversight.models import Examination


def make_examination(agency: Unit) -> Examination:
    return Examination.objects.create(person=make_person(agency), state=Examination.State.WHOLE, done=7, total=7)


MAKERS = {"oversight.examination": make_examination}
