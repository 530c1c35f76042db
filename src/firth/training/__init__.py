"""Training: configuration, schedule, workers, and the loop that joins them."""
