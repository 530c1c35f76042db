"""Raw text: reading it, and splitting it into sentences of tokens."""
