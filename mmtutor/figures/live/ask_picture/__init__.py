"""Ask a picture: a tiny vision-language model that answers in the page."""
