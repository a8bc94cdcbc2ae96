int spool() { return 0; }
