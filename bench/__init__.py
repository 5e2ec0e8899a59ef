"""What it costs (one command each: `bin/bench NAME`, figures into docs/performance.md), and drills (`bin/drill`)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
