package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The value behind a node of a model, which a method was told by the node's name.
 *
 * @param box of any number of examples at once where it can be
 * @param tap the node's in that box
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record InnerValue(WhiteBox box, Tap tap) {
  private static final String CURE =
      "give the model as ONNX with operators that the white box knows, or as DJL blocks, or explain"
          + " its input by a method that needs less, such as IntegratedGradients";

  /**
   * Finds the value.
   *
   * @param method whose name stands in messages
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws IllegalArgumentException if it has no such node; the message names the nearest
   */
  public static InnerValue of(Model model, String node, String method) {
    WhiteBox box = boxOf(model, method);
    return new InnerValue(box, box.tap(node));
  }

  /**
   * Returns a model's white box, of any number of examples at once where it can be.
   *
   * @throws dev.touchstone.model.MissingCapabilityException if it has none
   */
  public static WhiteBox boxOf(Model model, String method) {
    WhiteBox box = model.require(WhiteBox.class, method, CURE);
    return box.withFreeBatch().orElse(box);
  }

  /** Returns the shape of one example's value, where the model takes examples of this length. */
  public int[] exampleShape(Tensor batch) {
    return exampleShape(Inputs.of(batch));
  }

  /** Returns the same of examples of all that the model takes. */
  int[] exampleShape(Inputs batch) {
    int[] shape = tap.shape();
    boolean free = Arrays.stream(shape).skip(1).anyMatch(length -> length < 1);
    if (free) {
      shape = box.values(batch.select(0), List.of(tap)).values().iterator().next().shape();
    }
    return Arrays.copyOfRange(shape, 1, shape.length);
  }

  /** Returns maps of the value, without figures. */
  Attribution explained(double[][] maps, Tensor batch, Quantity quantity, String rule) {
    return explained(maps, Inputs.of(batch), quantity, rule);
  }

  /** Returns the same of examples of all that the model takes. */
  Attribution explained(double[][] maps, Inputs batch, Quantity quantity, String rule) {
    return new Attribution(maps, exampleShape(batch), quantity, rule, List.of());
  }

  TapSlice slice() {
    return new TapSlice(box, tap);
  }
}
