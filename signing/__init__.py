"""Keys, signatures, signed notes, sealed secrets, stamp codes. Only home of ``cryptography``."""
