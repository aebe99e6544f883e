"""What a trained model believes about one sample, while you make its senses worse."""
