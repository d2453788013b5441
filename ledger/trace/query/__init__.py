"""EPCIS 2.0 event queries (§8.2.7.1): parameters read strictly, and asked of events one by one. Pure."""
