"""Where the names of products and lots lead: links, and GS1 numbers they are also known by."""
