"""What the yearly report adds to the contract of the asset system."""

from jishu.platform.contract import Page

from . import services, views

PAGES = (Page(title="资产年报", path="reports/annual/", view=views.annual_report),)
LOOK = (services.VIEW, services.REOPEN)
KEEP = (services.VIEW, services.CLOSE)
OFFICE = (*LOOK, services.CLOSE)
