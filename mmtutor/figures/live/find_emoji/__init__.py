"""Find emoji by words in two languages, or words by a drawing: a search that runs in the page."""
