"""The clinicians' front end: who needs me, who comes next, how is this person doing."""
