"""What a cooperative buys for its work (fertiliser, pesticide, feed, seed): bought, used, counted, left."""
