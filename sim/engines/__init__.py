"""The two engines, and what they sum up."""
