"""The app in the browser.

This room and django-pwa share the name `pwa`: what is not found here (`pwa.urls`, `pwa.views`, `pwa.app_settings`, the
template tags `pwa`) is django-pwa's own; its templates are replaced by ours of the same name.
"""

from pkgutil import extend_path

__path__ = extend_path(__path__, __name__)
