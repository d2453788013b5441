"""From the harvest to the customer: processing, packing, shipping, receiving, recall."""
