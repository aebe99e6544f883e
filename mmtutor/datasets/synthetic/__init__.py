"""Problems whose distribution is written down, so that the best possible accuracy is known."""
