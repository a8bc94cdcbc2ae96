class Both {}
