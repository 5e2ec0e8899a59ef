"""Seal every private photo file with the current key: plain files of earlier versions, and those of older keys.

To change the key: put a new one in front of MANGEL_PHOTO_KEYS, restart, run this, then with --check, and only then
remove the old one. It may be stopped and started again at any time; photos stay readable meanwhile.
"""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from photos import originals, storage
from photos.sealing import KeyMissing, SealBroken

FOLDERS = ("originals", "upright", "staged")


class Command(BaseCommand):
    help = "Seal private photo files with the current key of MANGEL_PHOTO_KEYS."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--check", action="store_true", help="only count, by key; exit code 1 if any is left to do")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        if check:
            return self.count()
        done, broken = 0, 0
        for path in storage.private_files(FOLDERS):
            try:
                done += originals.reseal(path)
            except FileNotFoundError:  # deleted while we were on our way
                continue
            except (KeyMissing, SealBroken) as error:
                broken += 1
                self.stderr.write(f"{path}: {error}")
        self.stdout.write(f"{done} files sealed with the current key, {broken} could not be opened")
        if broken:
            raise CommandError("some files could not be opened; see above")
        return None

    def count(self) -> None:
        """How many files there are per key."""
        from photos import keys

        found: Counter[str] = Counter()
        for path in storage.private_files(FOLDERS):
            try:
                found[originals.kid_of(storage.root() / path) or "(plain)"] += 1
            except FileNotFoundError:
                continue
            except SealBroken:
                found["(broken)"] += 1
        current, _ = keys.current()
        for kid, number in sorted(found.items()):
            self.stdout.write(f"{kid}{' (current)' if kid == current else ''}: {number}")
        if left := sum(found.values()) - found[current]:
            raise CommandError(f"{left} files are not sealed with the current key: run rewrap_photos")
