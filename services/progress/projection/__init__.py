"""The projection's way in: batches of records, folded in one transaction each. No Faust here."""
