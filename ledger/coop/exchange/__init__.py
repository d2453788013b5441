"""Exchange with other programs: access tokens, capture, queries, subscriptions, exports of one record."""
