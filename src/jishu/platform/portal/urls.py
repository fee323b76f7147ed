"""Addresses of the portal."""

from django.urls import path

from .views import catalog, hall, home, search, session

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("hall/", hall.hall, name="hall"),
    path("hall/<str:code>/", hall.guide, name="guide"),
    path("search/", search.search, name="search"),
    path("catalog/items/", catalog.item_catalog, name="item_catalog"),
    path("catalog/resources/", catalog.resource_catalog, name="resource_catalog"),
    path("me/", session.me, name="me"),
    path("me/size/", session.text_size, name="text_size"),
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
]
