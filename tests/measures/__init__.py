"""Every questionnaire and way to rate that is data of the contract."""
