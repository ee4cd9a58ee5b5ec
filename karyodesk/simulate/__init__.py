"""Synthetic metaphases of any numerical karyotype, with exact truth."""

from karyodesk.simulate.cell import SimulatedCell, SimulatedChromosome, simulate_cell
from karyodesk.simulate.style import Style, draw_style
from karyodesk.simulate.write import write_cells

__all__ = ["SimulatedCell", "SimulatedChromosome", "Style", "draw_style", "simulate_cell", "write_cells"]
