"""From functions to a system: equations, mechanisms, membranes, assemblies."""

from kalimag.model.assembly import Assembly, Membrane, load_assembly, read_assembly
from kalimag.model.function import Function
from kalimag.model.mechanism import Mechanism, Parameter
from kalimag.model.system import Input, Step, System

__all__ = [
    "Assembly",
    "Function",
    "Input",
    "Mechanism",
    "Membrane",
    "Parameter",
    "Step",
    "System",
    "load_assembly",
    "read_assembly",
]
