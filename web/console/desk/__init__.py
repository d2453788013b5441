"""The distributor's desk: codes checked by the thousand, and the signed results."""
