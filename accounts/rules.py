"""Names of city-wide rights."""

import rules

from accounts.permissions import is_administrator, is_moderator

rules.add_perm("accounts.administer", is_administrator)
rules.add_perm("accounts.moderate", is_administrator | is_moderator)
