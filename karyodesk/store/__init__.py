"""The case database: one journal, one chain of hashes a case, one ledger a store."""
