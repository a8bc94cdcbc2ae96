int spool();
