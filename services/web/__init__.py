"""The only thing a browser reaches: makes pages of the services' answers, keeps nothing."""
