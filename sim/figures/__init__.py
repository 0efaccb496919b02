"""Key figures and tables: what a run came to, and how two of them differ."""
