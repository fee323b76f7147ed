"""Files and archives, as the platform's own system declares them."""

from jishu.platform.contract import INTERNAL, Catalogued, Column, Contract, Filter, Page, Resource, Role

from . import forms, overseeing, panels, selectors, services
from .models import Disposal, Document, Incident, Reading, Usage
from .views import documents, finding

DOCUMENTS = Resource(
    model=Document,
    title="资料库",
    purpose="查看本人上传的、本单位共享的和保管范围内的文件；按内容查找请用“资料搜索”。",
    rows=selectors.documents_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="kind", sort=False),
        Column(path="state", sort=False),
        Column(path="unit__name", title="单位", sort=False),
        Column(path="uploaded_by__name", title="上传人", sort=False),
        Column(path="created_at", sort=False),
        Column(path="keep_until", sort=False),
        Column(path="latest__size", title="字节数", sort=False, shown=False),
        Column(path="latest__digest", title="SHA-256", sort=False, shown=False),
        Column(path="hold_reason", sort=False, shown=False),
    ),
    filters=(Filter(path="kind"), Filter(path="state"), Filter(path="keep_until")),
    state="state",
    entrance="add",
    form=forms.DocumentForm,
    update=services.describe,
    pages={"detail": documents.document},
    sensitivity={"uploaded_by__name": 2},
    personal=("uploaded_by__name",),
    retention="按门类",
    catalogue=Catalogued(code="PT40", condition=INTERNAL, published="2026-11-23"),
)

DISPOSALS = Resource(
    model=Disposal,
    title="鉴定与销毁",
    purpose="保管期满的文件逐件鉴定，由两人分别提出和确认后销毁；清册永久保存。",
    rows=selectors.disposals_visible_to,
    columns=(
        Column(path="unit__name", title="单位", sort=False),
        Column(path="state", sort=False),
        Column(path="count", sort=False),
        Column(path="created_at", title="编制时间", sort=False),
        Column(path="proposed_by__name", title="鉴定人", sort=False),
        Column(path="confirmed_by__name", title="确认人", sort=False),
        Column(path="basis", sort=False, shown=False),
    ),
    filters=(Filter(path="state"),),
    state="state",
    panels={"清册": panels.disposal},
    sensitivity={"proposed_by__name": 2, "confirmed_by__name": 2},
    personal=("proposed_by__name", "confirmed_by__name"),
    retention="永久",
    catalogue=Catalogued(code="PT41", condition=INTERNAL, published="2026-11-23"),
)

USAGES = Resource(
    model=Usage,
    title="存储用量",
    purpose="查看各单位文件占用的空间，调整限额。",
    rows=selectors.usages_visible_to,
    columns=(
        Column(path="unit__name", title="单位", sort=False),
        Column(path="used", sort=False),
        Column(path="quota_gib", sort=False),
        Column(path="basis", sort=False),
    ),
    form=forms.UsageForm,
    update=overseeing.change_quota,
    catalogue=Catalogued(code="PT42", condition=INTERNAL, published="2026-11-23"),
)

INCIDENTS = Resource(
    model=Incident,
    title="涉密标志拦截",
    purpose="查看被拦截的带密级标志的文件，登记核实和处置情况。文件名称和内容不保存。",
    rows=selectors.incidents_visible_to,
    columns=(
        Column(path="created_at", title="时间", sort=False),
        Column(path="mark", sort=False),
        Column(path="place", sort=False),
        Column(path="person__name", title="上传人", sort=False),
        Column(path="unit__name", title="单位", sort=False),
        Column(path="handling", sort=False),
        Column(path="digest", sort=False, shown=False),
    ),
    filters=(Filter(path="mark"), Filter(path="created_at")),
    form=forms.IncidentForm,
    update=overseeing.note_handling,
    sensitivity={"person__name": 2},
    personal=("person__name",),
    retention="永久",
    catalogue=Catalogued(code="PT43", condition=INTERNAL, published="2026-11-23"),
)

READINGS = Resource(
    model=Reading,
    title="查阅记录",
    purpose="查看谁在何时查看、下载过文件；输入水印上的四位追踪码，可以查到是谁的副本。",
    rows=selectors.readings_visible_to,
    columns=(
        Column(path="created_at", title="时间", sort=False),
        Column(path="code", sort=False),
        Column(path="person__name", title="查阅人", sort=False),
        Column(path="document__title", title="文件", sort=False),
        Column(path="number", sort=False),
        Column(path="way", sort=False),
    ),
    filters=(Filter(path="way"), Filter(path="created_at")),
    search="search",
    sensitivity={"person__name": 2},
    personal=("person__name",),
    retention="与审计记录相同",
    catalogue=Catalogued(code="PT44", condition=INTERNAL, published="2026-11-23"),
)

CONTRACT = Contract(
    code="archive",
    title="档案文件",
    group="资料",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="archive.staff",
            title="文件使用人",
            permissions=("archive.view_document", "archive.add_document"),
            everyone=True,
        ),
        Role(
            code="archive.keeper",
            title="档案管理员",
            permissions=("archive.view_document", "archive.add_document", "archive.change_document",
                         "archive.hold_document", "archive.propose_disposal", "archive.view_disposal",
                         "archive.view_usage", "archive.change_usage"),
        ),
        Role(
            code="archive.witness",
            title="档案销毁确认人",
            permissions=("archive.view_disposal", "archive.confirm_disposal"),
        ),
    ),
    resources=(DOCUMENTS, DISPOSALS, USAGES, INCIDENTS, READINGS),
    pages=(
        Page(title="资料搜索", path="find/", view=finding.find),
        Page(title="上传资料", path="upload/", view=documents.add, in_menu=False),
    ),
)  # fmt: skip
