"""The distributor's desk: thousands of codes checked at once, and the signed result of it."""
