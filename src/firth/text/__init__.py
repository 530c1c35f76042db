"""Raw text: where it is read from, and how it is cut into sentences of tokens."""
