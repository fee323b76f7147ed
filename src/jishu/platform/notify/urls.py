"""Addresses of the messages."""

from django.urls import path

from . import views

app_name = "notify"

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/read/", views.read_all, name="read_all"),
    path("messages/<uuid:uid>/", views.message, name="message"),
]
