"""The campaign: everything is killed under load, then every fact is looked for. `make campaign`."""
