"""What an entry says: EPCIS events and statements, read strictly."""
