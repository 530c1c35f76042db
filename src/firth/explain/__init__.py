"""Training of word vectors, explained on a text of the reader's own."""
