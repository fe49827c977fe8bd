"""Progress owns what the facts of a case add up to: goals, measures, attendance and risk flags."""
