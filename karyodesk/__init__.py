"""KaryoDesk: clinical karyotyping, from a metaphase photograph to a reviewed karyogram."""

__version__ = "0.1.0"
