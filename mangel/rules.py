"""Names of rights over reports (python package `rules`)."""

import rules

from mangel.permissions import works_at_a_desk, works_on_report

rules.add_perm("mangel.use_desk", works_at_a_desk)
rules.add_perm("mangel.work_report", works_on_report)
rules.add_perm("mangel.reopen_report", works_on_report)
