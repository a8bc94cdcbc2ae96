# a test nobody says how to run
