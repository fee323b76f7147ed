"""What printing labels adds to the contract of the asset system."""

from jishu.platform.contract import BulkAction, Page

from . import selectors, services, views

PAGES = (Page(title="标签打印", path="labels/", view=views.labels_page),)
BULK = (BulkAction(name="labels", title="加入标签打印", run=services.queue_labels, rows=selectors.cards_to_label),)
KEEP = (selectors.PRINT,)
