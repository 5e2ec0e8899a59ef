"""Lists what residents would read in German although they chose another language; exits with 1 if there is any.

Texts of templates, code and TypeScript come from the compiled catalogues, texts of the city from the database. What
only staff reads is left out (`pwa.marked.STAFF`): desk and administration speak German and English.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pwa import gaps


class Command(BaseCommand):
    help = "List missing translations: language, place, German text"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", help="only this one, for example uk")
        parser.add_argument("--code-only", action="store_true", help="leave out the texts in the database")

    def handle(self, *args: Any, language: str | None, code_only: bool, **options: Any) -> None:
        found = gaps.in_catalogues() + ([] if code_only else gaps.in_database())
        if language:
            found = [gap for gap in found if gap.language == language]
        for gap in found:
            self.stdout.write(str(gap))
        if found:
            raise CommandError(f"{len(found)} texts are not translated; see locale/ of each room and /verwaltung/")
        self.stdout.write("Nothing is missing.")
