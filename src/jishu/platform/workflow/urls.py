"""Addresses of cases and to-dos."""

from django.urls import path

from .views import applying, cases, deputies, lists

app_name = "workflow"

urlpatterns = [
    path("todo/", lists.todo, name="todo"),
    path("todo/agree/", lists.agree_several, name="agree_several"),
    path("todo/done/", lists.done, name="done"),
    path("cases/mine/", lists.my_cases, name="my_cases"),
    path("cases/<uuid:uid>/", cases.case_detail, name="case_detail"),
    path("cases/<uuid:uid>/act/", cases.act, name="act"),
    path("cases/<uuid:uid>/amend/", applying.amend, name="amend"),
    path("cases/<uuid:uid>/discard/", applying.discard, name="discard"),
    path("cases/<uuid:uid>/print/", cases.case_print, name="case_print"),
    path("proxies/", deputies.proxies, name="proxies"),
    path("proxies/<uuid:uid>/revoke/", deputies.revoke_proxy, name="revoke_proxy"),
    path("hand-over/", deputies.hand_over, name="hand_over"),
    path("hall/<str:code>/apply/", applying.apply, name="apply"),
    path("hall/<str:code>/apply/draft/", applying.save_draft, name="save_draft"),
    path("hall/<str:code>/apply/outlook/", applying.outlook, name="outlook"),
]
