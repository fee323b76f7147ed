"""Files of the archives: papers as offices keep them, some of which have had their time."""

from datetime import date, datetime, time
from itertools import zip_longest

from jishu.platform.archive.api import Document, store_document
from jishu.platform.identity.api import account_named, actor_for
from jishu.platform.lib.clock import ZONE, frozen, today

from .cases import working_day_before

_KEPT_BY = "dangan"
_STORED_AGO = 27
_PAPERS = (
    ("机关办公用房管理办法（修订）", "document", "本办法适用于区直各单位办公用房的使用、调配、维修和监督管理。"),
    ("物业服务合同（2026年度）", "contract", "物业服务期限一年，按季度考核，考核结果与服务费用挂钩。"),
    ("二号楼电梯维保协议", "contract", "每月不少于两次例行维护保养，故障接报后三十分钟内到场。"),
    ("公务用车定点维修单位名录", "other", "名录经公开比选产生，有效期至下一轮比选结果公布之日。"),
)
_OVER = (
    ("2012年度会议签到表", "other", "年度工作会议签到记录，共四页。"),
    ("2013年度办公用品领用登记", "other", "各处室办公用品领用登记，按月装订。"),
    ("2014年度来访登记", "other", "来访人员登记，按月装订。"),
)
_OVER_SINCE = date(2025, 1, 1)


def file_papers() -> int:
    """Once; those of former years keep the term they came with."""
    if Document.objects.filter(title=_PAPERS[0][0]).exists():
        return 0
    account = account_named(_KEPT_BY)
    if account is None:
        return 0
    keeper = actor_for(account.person)
    with frozen(datetime.combine(working_day_before(today(), _STORED_AGO), time(15), ZONE)):
        for (title, kind, words), until in zip_longest((*_OVER, *_PAPERS), (_OVER_SINCE,) * len(_OVER)):
            paper = f"{title}\n\n{words}\n".encode()
            kept = store_document(keeper, chunks=[paper], name=f"{title}.txt", kind=kind, title=title, shared=True)
            if until:
                Document.objects.filter(pk=kept.pk).update(keep_until=until)
    return len(_PAPERS) + len(_OVER)
