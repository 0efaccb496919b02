"""The commands of the command line, each with what it asks and how it answers."""
