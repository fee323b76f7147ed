"""Addresses of cases and to-dos."""

from django.urls import path

from .views import applying, calendars, cases, deputies, design_cases, designs, dossiers, drawing, flows, lending, lists

app_name = "workflow"

urlpatterns = [
    path("todo/", lists.todo, name="todo"),
    path("todo/agree/", lists.agree_several, name="agree_several"),
    path("todo/done/", lists.done, name="done"),
    path("cases/mine/", lists.my_cases, name="my_cases"),
    path("cases/<uuid:uid>/", cases.case_detail, name="case_detail"),
    path("cases/<uuid:uid>/act/", cases.act, name="act"),
    path("cases/<uuid:uid>/amend/", applying.amend, name="amend"),
    path("cases/<uuid:uid>/amend/draft/", applying.save_amendment, name="save_amendment"),
    path("cases/<uuid:uid>/discard/", applying.discard, name="discard"),
    path("cases/<uuid:uid>/print/", cases.case_print, name="case_print"),
    path("cases/<uuid:uid>/dossier/", dossiers.dossier, name="dossier"),
    path("verify/", dossiers.verify_any, name="verify_any"),
    path("verify/<str:code>/", dossiers.verify, name="verify"),
    path("designs/", designs.designs, name="designs"),
    path("designs/<uuid:uid>/", designs.design, name="design"),
    path("designs/<uuid:uid>/basics/", designs.basics, name="design_basics"),
    path("designs/<uuid:uid>/field/<str:place>/", designs.field, name="design_field"),
    path("designs/<uuid:uid>/checks/", designs.checks, name="design_checks"),
    path("designs/<uuid:uid>/cases/", design_cases.filled_in, name="design_cases"),
    path("proxies/", deputies.proxies, name="proxies"),
    path("proxies/<uuid:uid>/revoke/", deputies.revoke_proxy, name="revoke_proxy"),
    path("proxies/roles/", lending.lend_role, name="lend_role"),
    path("proxies/roles/<uuid:uid>/end/", lending.end_lending, name="end_lending"),
    path("hand-over/", deputies.hand_over, name="hand_over"),
    path("calendar/", calendars.calendar_page, name="calendar"),
    path("calendar/new/", calendars.bring_in, name="bring_in_year"),
    path("calendar/<uuid:uid>/", calendars.holidays, name="holidays"),
    path("calendar/<uuid:uid>/decide/", calendars.decide, name="decide_holidays"),
    path("flows/", flows.flows_page, name="flows"),
    path("flows/<str:code>/<uuid:unit>/", flows.flow, name="flow"),
    path("flows/<str:code>/<uuid:unit>/design/", drawing.design, name="design_flow"),
    path("flows/<str:code>/<uuid:unit>/compare/", flows.compare_flows, name="compare_flows"),
    path("flows/<str:code>/<uuid:unit>/try/", flows.try_flow, name="try_flow"),
    path("flows/<str:code>/<uuid:unit>/issue/", flows.issue, name="issue_flow"),
    path("flows/<str:code>/<uuid:unit>/import/", flows.import_flow, name="import_flow"),
    path("flows/<str:code>/<uuid:unit>/export.bpmn", flows.export_flow, {"ending": "bpmn"}, name="export_bpmn"),
    path("flows/<str:code>/<uuid:unit>/export.json", flows.export_flow, {"ending": "json"}, name="export_json"),
    path("hall/<str:code>/apply/", applying.apply, name="apply"),
    path("hall/<str:code>/apply/draft/", applying.save_draft, name="save_draft"),
    path("hall/<str:code>/apply/choices/<str:path>/", applying.choices, name="choices"),
    path("hall/<str:code>/apply/outlook/", applying.outlook, name="outlook"),
]
