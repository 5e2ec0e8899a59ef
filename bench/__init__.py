"""What it costs (one command each: `bin/bench NAME`, figures into docs/performance.md), and drills (`bin/drill`)."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# What a flood costs is the question here, not how it is kept away.
os.environ.setdefault("MANGEL_WORK_ABOVE_PER_MINUTE", "0")
django.setup()
