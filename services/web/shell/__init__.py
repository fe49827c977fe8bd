"""What all front ends share: the frame of a page, its parts, and the places one can go."""
