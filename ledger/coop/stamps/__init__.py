"""The life of a stamp: ordered, printed, stuck and activated, sold or voided."""
