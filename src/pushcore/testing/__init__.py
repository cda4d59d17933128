"""For tests of code that uses pushcore."""
