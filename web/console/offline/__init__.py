"""What the console keeps on a phone, and how what was recorded there comes in."""
