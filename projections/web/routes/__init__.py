"""Routes of one subject each, for the API and for the pages: lists, search, feeds, what is new, verifying, figures."""
