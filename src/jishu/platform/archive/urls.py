"""Addresses of files themselves: bringing them, their pages as pictures, their contents, and what is done with them."""

from django.urls import path

from .views import contents, deeds, uploads

app_name = "files"

urlpatterns = [
    path("files/upload/", uploads.upload, name="upload"),
    path("files/attach/", uploads.attach, name="attach"),
    path("files/disposal/<uuid:uid>/", deeds.decide, name="decide"),
    path("files/<uuid:uid>/do/", deeds.act, name="act"),
    path("files/<uuid:uid>/version/", uploads.new_version, name="new_version"),
    path("files/<uuid:uid>/small/", contents.small, name="small"),
    path("files/<uuid:uid>/page/<int:page>/", contents.picture, name="picture"),
    path("files/<uuid:uid>/copy/", contents.copy, name="copy"),
    path("files/<uuid:uid>/original/", contents.original, name="original"),
    path("files/<uuid:uid>/media/", contents.media, name="media"),
]
