"""The witness as a service of its own: a small WSGI application, its server, its folder. Opens no ledger."""
