"""Members: who they are, when occasions come, how they choose."""
