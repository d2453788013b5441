"""What is said and what is missing of products and lots, against what laws ask. For the cooperative alone."""
