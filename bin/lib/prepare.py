"""Runs inside Mangel's environment: checks, migrations, city pack, static files. One process, for Django wakes slowly.

PYTHONPATH=. prepare.py [--static]
"""

import sys

import django
from django.core.management import call_command, get_commands

django.setup()
call_command("check")  # a setting nobody can use stops the start here, with its remedy
call_command("migrate", interactive=False, verbosity=0)
if "load_city_pack" in get_commands():
    call_command("load_city_pack")
if "--static" in sys.argv:
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
