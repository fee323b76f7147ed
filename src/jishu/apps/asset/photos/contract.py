"""What photos add to the contract of the asset system."""

from jishu.platform.contract import Page

from . import views

PAGES = (Page(title="添加资产照片", path="photo/", view=views.card_photo, in_menu=False),)
