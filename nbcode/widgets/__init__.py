"""The book's widgets: alive in JupyterLab, and in the published page without a kernel.

Each class here has a JavaScript module of the same name in ``js/``, bundled into ``static/``.
"""

from nbcode.widgets.activation import Activation
from nbcode.widgets.approximation import Approximation
from nbcode.widgets.backprop import Backprop
from nbcode.widgets.batches import Batches
from nbcode.widgets.broadcast import Broadcast
from nbcode.widgets.cells import Cells
from nbcode.widgets.computation_graph import ComputationGraph
from nbcode.widgets.cross_entropy import CrossEntropy
from nbcode.widgets.decision import Decision
from nbcode.widgets.deep_chain import DeepChain
from nbcode.widgets.descent import Descent
from nbcode.widgets.fit_line import FitLine
from nbcode.widgets.gears import Gears
from nbcode.widgets.hidden_layer import HiddenLayer
from nbcode.widgets.logit_loss import LogitLoss
from nbcode.widgets.loss import Loss
from nbcode.widgets.neuron import Neuron
from nbcode.widgets.perceptron import Perceptron
from nbcode.widgets.predict import Predict
from nbcode.widgets.schedule import Schedule
from nbcode.widgets.shapes import Shapes
from nbcode.widgets.slope import Slope
from nbcode.widgets.softmax import Softmax
from nbcode.widgets.steepness import Steepness
from nbcode.widgets.surface import Surface
from nbcode.widgets.vectors import Vectors
from nbcode.widgets.xor_network import XorNetwork

__all__ = [
    "Activation",
    "Approximation",
    "Backprop",
    "Batches",
    "Broadcast",
    "Cells",
    "ComputationGraph",
    "CrossEntropy",
    "Decision",
    "DeepChain",
    "Descent",
    "FitLine",
    "Gears",
    "HiddenLayer",
    "LogitLoss",
    "Loss",
    "Neuron",
    "Perceptron",
    "Predict",
    "Schedule",
    "Shapes",
    "Slope",
    "Softmax",
    "Steepness",
    "Surface",
    "Vectors",
    "XorNetwork",
]
