"""How a run is worked off: shards, crews, budgets that end, files of what happened."""
