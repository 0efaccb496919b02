"""Pictures of a comparison: pure functions from results to Altair charts, in any language, light or dark."""
