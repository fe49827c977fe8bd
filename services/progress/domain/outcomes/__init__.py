"""What scores over a whole case, and over many cases, come to: the formulas of the field, pure."""
