package ledger;
