package dev.touchstone.attribution.gradient;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The gradient of the class score with respect to the input: {@code M = |∇ₓ f_c(x)|} (Baehrens et
 * al. 2010; Simonyan et al. 2014; thesis, section 3.2), where f_c is the score before a softmax.
 * {@link #keepingSign()} leaves out the absolute value.
 */
public final class Gradient implements AttributionMethod {
  /** What to write instead, for models without gradients. */
  static final String CURE =
      "give the model as ONNX with operators that the white box knows, or as DJL blocks, or explain"
          + " by KernelShap, which asks any model";

  /** How maps of plain derivatives are made. */
  static final String RULE = "derivative";

  private final boolean signed;

  private Gradient(boolean signed) {
    this.signed = signed;
  }

  /** Returns the absolute gradient, as in the thesis. */
  public static Gradient withDefaults() {
    return new Gradient(false);
  }

  /** Takes the gradient with its sign. */
  public Gradient keepingSign() {
    return new Gradient(true);
  }

  @Override
  public boolean signed() {
    return signed;
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("map", signed ? "gradient" : "|gradient|");
  }

  @Override
  public void require(Model model) {
    model.require(InputGradients.class, name(), CURE);
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    InputGradients source = model.require(InputGradients.class, name(), CURE);
    double[][] maps = GradientFunction.of(source, context).atEach(batch, quantity);
    return Attribution.of(signed ? maps : Maps.absolute(maps), batch, quantity, RULE);
  }

  /** Explains examples of several inputs of numbers. */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    if (batch.names().isEmpty()) {
      return attribute(model, batch.features(), quantity, context).ofColumns(batch.columns());
    }
    InputGradients source = model.require(InputGradients.class, name(), CURE);
    int atOnce = source.gradientBatchSize(context.settings().memoryBytes());
    double[][] maps = new double[batch.rows()][];
    for (int start = 0; start < maps.length; start += atOnce) {
      int[] some = IntStream.range(start, Math.min(maps.length, start + atOnce)).toArray();
      double[][] rows = CheckedAnswers.gradients(source, batch.select(some), quantity.ofRows(some));
      System.arraycopy(rows, 0, maps, start, rows.length);
    }
    return Attribution.of(signed ? maps : Maps.absolute(maps), batch, quantity, RULE);
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
