"""Runs inside Mangel's environment: migrations, city pack, static files. One process, for Django takes long to wake.

PYTHONPATH=. prepare.py [--static]
"""

import sys

import django
from django.core.management import call_command, get_commands

django.setup()
call_command("migrate", interactive=False, verbosity=0)
if "load_city_pack" in get_commands():
    call_command("load_city_pack")
if "--static" in sys.argv:
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
