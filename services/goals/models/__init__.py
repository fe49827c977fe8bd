"""Tables and API shapes of goals, ratings and answered measures."""
