"""The desk at /dienst/: what lies with my office, one look at each, every move."""
