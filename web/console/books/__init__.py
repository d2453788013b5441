"""Registers, set-up, import, export and money: what an office keeps."""
