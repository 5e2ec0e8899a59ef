"""The administration: catalogue, people, rules. Reports themselves are worked on at the desk."""

from mangel.admin import catalogue, people, routing

__all__ = ["catalogue", "people", "routing"]
