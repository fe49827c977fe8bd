"""Pure rules of progress: facts, state, fold, flags, sentences. No I/O, no clock."""
