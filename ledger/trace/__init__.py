"""What happened to a lot: identifiers, events, templates, guards, genealogy, seal, recall, passport."""
