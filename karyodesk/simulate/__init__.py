"""Synthetic metaphases of any numerical karyotype, with exact truth."""
