"""What is printed: jobs, designs, cartons and slips of the books, as files for a printer."""
