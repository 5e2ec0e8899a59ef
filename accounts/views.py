"""Signing in and out. A second factor comes with its own feature; until then a password of 12 characters or more."""

from typing import Any

from django.contrib.auth import views
from django.http import HttpResponse
from django.urls import reverse, reverse_lazy

from accounts.forms import NewPasswordForm, SignInForm


class SignIn(views.LoginView):
    """/anmelden/"""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        """The desk for those who have one, the administration for administrators, else the map."""
        user = self.request.user
        if user.has_perm("mangel.use_desk"):
            return reverse("desk")
        return reverse("admin:index") if user.has_perm("accounts.administer") else reverse("home")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class ChangePassword(views.PasswordChangeView):
    """/anmelden/passwort/"""

    template_name = "accounts/change_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("password-changed")

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = SignIn.as_view()
sign_out = views.LogoutView.as_view()
change_password = ChangePassword.as_view()
password_changed = views.PasswordChangeDoneView.as_view(template_name="accounts/password_changed.html")
