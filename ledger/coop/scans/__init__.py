"""What is behind a scanned code, and what scans tell: counts, rules about copies, scratch codes."""
