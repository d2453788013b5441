"""Print jobs, printers, designs, rolls, cartons, activation and copies."""
