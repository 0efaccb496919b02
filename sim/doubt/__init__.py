"""What is not known: draws of parameters, and what they do to a comparison."""
