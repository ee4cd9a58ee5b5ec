"""Band tables and karyotype strings (ISCN)."""
