"""`make run` and its sisters: the whole system on this machine, supervised."""
