"""/anmelden/: included by config."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("", views.sign_in, name="sign-in"),
    path("passwort/", views.change_password, name="password-change"),
    path("passwort/fertig/", views.password_changed, name="password-changed"),
]
