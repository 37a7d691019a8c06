package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;

/**
 * The direction of a concept among the values that a network holds at a tap (Kim et al. 2018,
 * section 3.2): the unit normal, towards the concept, of the boundary between examples with it and
 * without it.
 *
 * <p>The boundary is that of a logistic regression with a ridge, solved to convergence:
 *
 * <pre>(1/n) Σᵢ log(1 + exp(−tᵢ(w·xᵢ + b))) + ½ λ ‖w‖²</pre>
 *
 * <p>of values x less their mean and divided by the root mean square of their norms; b is free.
 */
public final class ConceptActivationVector {
  private static final double RIDGE = 0.01;

  private final String concept;
  private final Tap tap;
  private final double[] direction;
  private final double length;
  private final double offset;

  private ConceptActivationVector(
      String concept, Tap tap, double[] direction, double length, double offset) {
    this.concept = concept;
    this.tap = tap;
    this.direction = direction;
    this.length = length;
    this.offset = offset;
  }

  /**
   * Learns the vector of a concept with a ridge of 0.01.
   *
   * @param node the name of a node, as {@link WhiteBox#taps} lists them
   * @throws dev.touchstone.model.MissingCapabilityException if the model is no white box
   * @throws IllegalArgumentException if it has no such node; the message names the nearest
   * @throws TouchstoneException if an example both has the concept and lacks it, or the values at
   *     the tap are all alike
   */
  public static ConceptActivationVector of(
      Model model, String node, ConceptExamples concept, RunContext context) {
    return of(model, node, concept, RIDGE, context);
  }

  /**
   * Learns the vector of a concept.
   *
   * @param ridge λ, positive
   */
  public static ConceptActivationVector of(
      Model model, String node, ConceptExamples concept, double ridge, RunContext context) {
    if (!(ridge > 0 && ridge < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("the ridge must be positive, was " + ridge);
    }
    OneExampleOnce.require(concept);
    Tcav.requirePoolFor(concept);
    WhiteBox box = Taps.boxOf(model);
    Tap tap = Taps.fixed(box, node);
    ConceptExamples alone = Tcav.withPartOfPool(concept.alone(), context);
    Layout layout = Layout.of(List.of(alone), false);
    Dataset none = concept.positives().select(new int[0], "none");
    TapProducts at =
        TapProducts.of(box, List.of(tap), layout.groups(), none, Quantity.ofClass(0), context)
            .get(0);
    Learnt learnt = layout.vectors(alone, at, ridge, context).whole();

    // The vector itself, and where its boundary is, by one more look at the values.
    double[] coefficients = new double[at.products().rows()];
    for (int j = 0; j < learnt.examples().length; j++) {
      coefficients[learnt.examples()[j]] = learnt.coefficients()[j];
    }
    double[] direction = new double[tap.size()];
    double[] anyRow = new double[tap.size()];
    int any = learnt.examples()[0];
    for (int g = 0; g < layout.groups().size(); g++) {
      int first = layout.first().get(g);
      Taps.values(
          box,
          tap,
          layout.groups().get(g).data(),
          context,
          (example, row) -> {
            double coefficient = coefficients[first + example];
            for (int d = 0; coefficient != 0 && d < row.length; d++) {
              direction[d] += coefficient * row[d];
            }
            if (first + example == any) {
              System.arraycopy(row, 0, anyRow, 0, row.length);
            }
          });
    }
    double offset = learnt.logit(at, any) - learnt.length() * dot(direction, anyRow);
    return new ConceptActivationVector(concept.name(), tap, direction, learnt.length(), offset);
  }

  /**
   * Returns a direction that was found elsewhere.
   *
   * @param node the name of a node of the model
   * @param direction as many numbers as an example has there, row-major, not all 0; its length does
   *     not matter
   * @throws TouchstoneException for more or fewer numbers, or only zeros
   */
  public static ConceptActivationVector given(
      String concept, Model model, String node, double... direction) {
    Tap tap = Taps.fixed(Taps.boxOf(model), node);
    double length = Math.sqrt(dot(direction, direction));
    if (direction.length != tap.size() || !(length > 0 && length < Double.POSITIVE_INFINITY)) {
      throw new TouchstoneException(
          "a direction of %d numbers and length %s at %s, where an example has %d; give as many, finite and not all 0"
              .formatted(direction.length, length, tap, tap.size()));
    }
    return new ConceptActivationVector(
        concept, tap, Arrays.stream(direction).map(d -> d / length).toArray(), 1, 0);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Returns the concept's name. */
  public String concept() {
    return concept;
  }

  /** Returns where it was learnt. */
  public Tap tap() {
    return tap;
  }

  /** Returns the direction, of length 1, row-major; a copy. */
  public double[] direction() {
    return direction.clone();
  }

  /**
   * Returns what speaks for the concept in examples: the logits {@code w·x + b} of the regression,
   * above 0 where it finds the concept.
   *
   * @return n, one an example
   */
  public double[] logits(Model model, Dataset examples, RunContext context) {
    double[] logits = new double[examples.size()];
    WhiteBox box = Taps.boxOf(model);
    Taps.values(
        box,
        Taps.fixed(box, tap.name()),
        examples,
        context,
        (example, row) -> logits[example] = length * dot(direction, row) + offset);
    return logits;
  }

  /**
   * Returns the directional derivatives of a quantity of examples along the vector, {@code ∇h(f(x))
   * · v}.
   *
   * @param quantity such as {@code Quantity.ofClass(3)}: the class's score before a final softmax
   * @return n, one an example
   */
  public double[] derivatives(
      Model model, Dataset examples, Quantity quantity, RunContext context) {
    double[] derivatives = new double[examples.size()];
    WhiteBox box = Taps.boxOf(model);
    Taps.gradients(
        box,
        Taps.fixed(box, tap.name()),
        examples,
        quantity,
        context,
        (example, row) -> derivatives[example] = dot(direction, row));
    return derivatives;
  }

  /**
   * Returns the TCAV score of derivatives: the share of them that is above 0.
   *
   * @throws IllegalArgumentException for none
   */
  public static double score(double... derivatives) {
    if (derivatives.length == 0) {
      throw new IllegalArgumentException("no derivatives, of which none has a share");
    }
    return (double) Arrays.stream(derivatives).filter(d -> d > 0).count() / derivatives.length;
  }

  @Override
  public String toString() {
    return "vector of %s at %s".formatted(concept, tap);
  }
}
