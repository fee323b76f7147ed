"""Short addresses of the messages; config puts them into the namespace of the system, beside its other pages."""

from django.urls import path

from . import views

urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/read/", views.read_all, name="read_all"),
    path("messages/<uuid:uid>/", views.message, name="message"),
]
