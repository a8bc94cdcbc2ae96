package finder
