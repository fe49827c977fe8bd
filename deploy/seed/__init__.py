"""The demo's months of history, made by the services' own commands with a past `now`."""
