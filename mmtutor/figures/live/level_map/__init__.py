"""What each way of fusing reaches and costs, and which differences runs cannot tell."""
