"""The background workers. Redis carries the jobs; losing it loses nothing, for sweeps find the rows again."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("mangel")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
