object C
