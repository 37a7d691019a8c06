package dev.touchstone.attribution.gradient;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantPaths;
import dev.touchstone.runtime.RunContext;
import java.util.Optional;

/**
 * The input of a network, as far as it acts through one neuron: the neuron's gradient in the input,
 * times that of the quantity in the neuron.
 *
 * @param toNeuron the input of what computes the neuron
 * @param fromTap the value that the neuron is one number of
 * @param neuron its place there, row-major
 */
record NeuronSlice(InputSlice toNeuron, TapSlice fromTap, int neuron) implements Slice {
  private static final Quantity ITSELF = Quantity.output(0);

  @Override
  public WhiteBox box() {
    return fromTap.box();
  }

  @Override
  public boolean isStraight() {
    return true;
  }

  @Override
  public double[][] values(Tensor points) {
    return toNeuron.values(points);
  }

  @Override
  public GradientFunction gradients(RunContext context) {
    GradientFunction ofNeuron = toNeuron.gradients(context);
    GradientFunction ofQuantity = fromTap.gradients(context);
    return new GradientFunction(
        (rows, quantity) ->
            chained(ofNeuron.source().at(rows, ITSELF), ofQuantity.source().at(rows, quantity)),
        Math.min(ofNeuron.rowsAtOnce(), ofQuantity.rowsAtOnce()));
  }

  @Override
  public Optional<Secants> secants() {
    return toNeuron
        .secants()
        .flatMap(
            ofNeuron ->
                fromTap
                    .secants()
                    .<Secants>map(ofQuantity -> new Chained(this, ofNeuron, ofQuantity)));
  }

  private double[][] chained(double[][] ofNeuron, double[][] ofQuantity) {
    for (int row = 0; row < ofNeuron.length; row++) {
      double outer = ofQuantity[row][neuron];
      for (int j = 0; j < ofNeuron[row].length; j++) {
        ofNeuron[row][j] *= outer;
      }
    }
    return ofNeuron;
  }

  private record Chained(NeuronSlice slice, Secants ofNeuron, Secants ofQuantity)
      implements Secants {

    @Override
    public double[][] along(Tensor points, SecantPaths.After[] after, Quantity quantity) {
      return slice.chained(
          ofNeuron.along(points, after, ITSELF), ofQuantity.along(points, after, quantity));
    }

    @Override
    public void close() {
      ofNeuron.close();
      ofQuantity.close();
    }
  }
}
