"""From the harvest to the customer: processing, packing, sealing, stores, quality, recall."""
