"""Logs of real transactions, as shops write them."""
