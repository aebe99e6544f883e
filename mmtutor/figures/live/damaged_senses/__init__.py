"""Two senses, lost or noisy, and what several models make of them."""
