"""What the log says of one case, reckoned slowly and plainly from all of its events.

Written apart from the projection, so that a fault of the one is not a fault of the other: nothing
here imports the fold, its state or its rules. What is shared is the contract: the events, the
numbers of rules, the definitions of questionnaires. It is read as documentation:

* `history`: a case's facts as they stand once everything was corrected;
* `house`: what a clinic said of itself: its zone, and its own numbers of the rules by date;
* `rules`: each rule as one function from facts and a moment to what it rests on;
* `figures`: what is shown of goals, questionnaires, sessions, waiting and outcome.
"""

from services.progress.projection.reckoning.figures import figures
from services.progress.projection.reckoning.flags import Stands, standing
from services.progress.projection.reckoning.history import History, told
from services.progress.projection.reckoning.house import House, houses


__all__ = ["History", "House", "Stands", "figures", "houses", "standing", "told"]
