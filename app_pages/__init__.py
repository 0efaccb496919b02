"""The screens: each reads like its own description and does no arithmetic."""
