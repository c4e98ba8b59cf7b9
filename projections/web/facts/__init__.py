"""Facts: the content of answers, out of the books at one position; one kind of thing to one file."""
