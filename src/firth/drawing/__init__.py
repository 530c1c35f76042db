"""Pictures of numbers: SVG, pages that hold it, files for a paper, and characters for a terminal."""
