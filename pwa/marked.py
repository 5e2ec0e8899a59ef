"""What the rooms' sources mark for translation, and for whom: residents read it in five languages, staff in two."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings
from django.utils.translation.template import templatize

# Read by staff alone. Paths as fnmatch sees them, "*" crosses folders.
STAFF = (
    "*/admin.py",
    "*/admin/*",
    "*/management/*",
    "*/desk/*",
    "*/models.py",
    "*/models/*",
    "*/apps.py",
    "*/widgets.py",
    "*/widgets/*",
    "accounts/*",
    "config/admin_site.py",
    "fixtures/*",
    "geo/checks.py",
    "geo/sources/*",
    "geo/zones/*",
    "mangel/merging.py",
    "mangel/rerouting.py",
    "mangel/rules.py",
    "mangel/routing_check.py",
    "mangel/workflow.py",
    "mangel/zone_users.py",
    "mangel/templates/mangel/checks.html",
    "mangel/views/checking.py",
    "photos/redaction.py",
    "photos/release.py",
    "pwa/desk_words.py",
    "pwa/translated.py",
    "pwa/translated_forms.py",
)
# Models whose choices residents see: the steps of a report's history, what it waits for.
SHOWN_MODELS = ("mangel/models/timeline.py", "mangel/models/report.py")
NO_SOURCES = {"migrations", "node_modules", "frontend", "tests", "bench", "var", "bin"}
IN_TEMPLATE = re.compile(r"""(?<!\w)(_|n?p?gettext)\(\s*((?:u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*,?\s*)+)""")


@dataclass(frozen=True)
class Marked:
    """A text as gettext knows it. `many` is empty where there is no plural."""

    one: str
    many: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        """How a compiled catalogue files it."""
        return f"{self.context}\x04{self.one}" if self.context else self.one


def for_residents(path: str) -> bool:
    return path in SHOWN_MODELS or not any(fnmatch(path, pattern) for pattern in STAFF)


def all_marked() -> dict[Marked, list[str]]:
    """Every marked text with the files it stands in, relative to the repository."""
    found: dict[Marked, list[str]] = {}
    for file in source_files():
        path = str(file.relative_to(settings.BASE_DIR))
        source = file.read_text(encoding="utf-8")
        for text in in_template(source) if file.suffix == ".html" else in_python(source):
            if path not in found.setdefault(text, []):
                found[text].append(path)
    return found


def read_by_residents() -> dict[Marked, list[str]]:
    return {
        text: mine for text, files in all_marked().items() if (mine := [path for path in files if for_residents(path)])
    }


def source_files() -> Iterator[Path]:
    for room in sorted(settings.BASE_DIR.iterdir()):
        if room.is_dir() and (room / "__init__.py").exists() and room.name not in NO_SOURCES:
            for file in sorted([*room.rglob("*.py"), *room.rglob("*.html")]):
                if not NO_SOURCES & set(file.relative_to(room).parts):
                    yield file


def in_python(source: str) -> Iterator[Marked]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            yield from marked(name, texts)


def in_template(source: str) -> Iterator[Marked]:
    for found in IN_TEMPLATE.finditer(templatize(source)):
        texts = ast.literal_eval(f"[{found[2]}]")
        yield from marked(found[1], texts)


def marked(name: str, texts: Iterable[str]) -> Iterator[Marked]:
    """The text of a call like `ngettext("eine Meldung", "%(n)s Meldungen", n)`, if it is one."""
    name, texts = name.removesuffix("_lazy").removesuffix("_noop"), list(texts)
    wanted = {"_": 1, "gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}.get(name)
    if wanted is None or len(texts) < wanted or not texts[-1]:
        return
    context = texts.pop(0) if "pgettext" in name else ""
    yield Marked(texts[0], texts[1] if name.startswith("n") else "", context)
