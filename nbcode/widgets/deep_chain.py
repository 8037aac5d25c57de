"""One neuron a layer: what is left of a gradient on its way back."""

from nbcode.activations import ReLU, Sigmoid, Tanh
from nbcode.layers import Linear, Sequential
from nbcode.widgets.base import STATIC, Choice, Number, Widget

FUNCTIONS = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "identity": Sequential}


class DeepChain(Widget):
    """A chain of layers of one neuron, aₖ = f(w·aₖ₋₁) with a₀ = 1, all with the same weight and no bias.

    At the last layer the gradient is 1. On its way back through layer k it is multiplied by f'(zₖ)·w, with the zₖ
    of the forward pass.

    Examples
    --------
    >>> from nbcode.widgets import DeepChain
    >>> DeepChain(layers=3, w=2, activation="identity").readout()["gradients"]
    [8.0, 4.0, 2.0, 1.0]
    """

    title = "A gradient on its way back"
    _esm = STATIC / "deep_chain.js"

    layers = Number(20, 1, 50, 1, "layers", whole=True)
    w = Number(1.0, -4, 4, 0.05, "weight w")
    activation = Choice("sigmoid", list(FUNCTIONS), "activation")

    def readout(self):
        """Return the outputs, the factor of each layer, the gradients at a₀ to the last output, and these as output."""
        layers = [Sequential(Linear(1, 1, bias=False), FUNCTIONS[self.activation]()) for _ in range(self.layers)]
        outputs, gradients = [1.0], [1.0]
        for layer in layers:
            layer[0].weight.data[...] = self.w
            outputs.append(layer([[outputs[-1]]]).item())
        factors = [layer.backward([[1.0]]).item() for layer in layers]
        for factor in reversed(factors):
            gradients.insert(0, factor * gradients[0])
        return {"outputs": outputs, "factors": factors, "gradients": gradients, "output": gradients}
