"""A static copy of a ledger: log, keys, passports and bundles as plain files (docs/export.md).

What is written can be served by anything that serves files, read from a USB stick, and verified for ever. It
is made from public pages and public bytes only: nothing here opens the vault.
"""
