"""Names of rights over reports (python package `rules`)."""

import rules

from accounts.permissions import is_moderator
from mangel.permissions import works_at_a_desk, works_on_report

rules.add_perm("mangel.use_desk", works_at_a_desk)
rules.add_perm("mangel.work_report", works_on_report)
rules.add_perm("mangel.reopen_report", works_on_report)
# Texts and photos that somebody objects to: the office they lie with, and the city's moderators.
rules.add_perm("mangel.check_contents", works_on_report | is_moderator)
rules.add_perm("mangel.use_checks", works_at_a_desk | is_moderator)
