"""The books behind what is printed: orders to print, printers, label designs and texts, cartons, slips."""
