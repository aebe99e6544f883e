"""What a sum, a product, a low rank and all products can say about two directions."""
