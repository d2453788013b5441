"""The web room: requests in, one use case, pages and documents out. The only home of Flask."""
