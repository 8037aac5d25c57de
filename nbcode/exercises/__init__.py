"""Exercises that answer back: `check` says that an answer is right, or what to look at."""

from nbcode.exercises import activations, backprop, chain_rule, layers, losses, neuron, optimizers, start
from nbcode.exercises.judging import EXERCISES, Verdict, check

__all__ = [
    "EXERCISES",
    "Verdict",
    "activations",
    "backprop",
    "chain_rule",
    "check",
    "layers",
    "losses",
    "neuron",
    "optimizers",
    "start",
]
