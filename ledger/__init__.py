"""The ledger: the log, what is traced in it, the working books; each room knows only those below it."""
