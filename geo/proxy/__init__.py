"""A map service of others behind our own address: browsers talk to us alone, we ask the service the operator named.

`fetch` asks, `style` reads and rewrites what the service calls its style, `held` keeps it, `views` hand on.
"""
