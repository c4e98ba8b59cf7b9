"""From the books at one position to an answer: one kind of thing to one file."""
