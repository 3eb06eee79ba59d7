"""The documentation says what is true: its code runs, its output is what is printed, its reference is complete."""
