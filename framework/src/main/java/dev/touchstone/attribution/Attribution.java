package dev.touchstone.attribution;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an attribution method says of a batch: a map of each example, what it explains, how it was
 * made, and how far it is from what it should be.
 *
 * @param maps n × d: for each example one value per input value, row-major as in the batch
 * @param exampleShape the shape of one example, without the batch's axis
 * @param quantity what is explained
 * @param rule how the maps were made on this model, such as {@code "secant rule"}
 * @param fidelity the figures that the method measures of its own maps; none where it has none
 * @param columns what each value of a map belongs to, where the map is of a table's columns: the
 *     features in the data's order, then the values of its other inputs in theirs; else empty
 */
public record Attribution(
    double[][] maps,
    int[] exampleShape,
    Quantity quantity,
    String rule,
    List<Fidelity> fidelity,
    List<String> columns) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException unless there are no columns, or one for each value of a map
   */
  public Attribution {
    fidelity = List.copyOf(fidelity);
    columns = List.copyOf(columns);
    int size = Arrays.stream(exampleShape).reduce(1, Math::multiplyExact);
    if (!columns.isEmpty() && columns.size() != size) {
      throw new IllegalArgumentException(
          "%d columns for maps of %d values; name each value, or none"
              .formatted(columns.size(), size));
    }
  }

  /** Makes an attribution of what is no table. */
  public Attribution(
      double[][] maps,
      int[] exampleShape,
      Quantity quantity,
      String rule,
      List<Fidelity> fidelity) {
    this(maps, exampleShape, quantity, rule, fidelity, List.of());
  }

  /**
   * Returns maps of a batch, without figures.
   *
   * @param maps one per example, each as long as an example
   * @param batch what was explained
   * @param rule how the maps were made on this model, such as {@code "derivative"}
   */
  public static Attribution of(double[][] maps, Tensor batch, Quantity quantity, String rule) {
    int[] shape = batch.shape();
    return new Attribution(
        maps, Arrays.copyOfRange(shape, 1, shape.length), quantity, rule, List.of());
  }

  /**
   * Returns maps of a batch that may have inputs besides its features, without figures: of as many
   * values as {@link Inputs#columns()} names, or of the features' shape where it names none.
   *
   * @param maps one per example, each as long as an example
   * @param batch what was explained
   * @param rule how the maps were made on this model, such as {@code "leverage sampling"}
   */
  public static Attribution of(double[][] maps, Inputs batch, Quantity quantity, String rule) {
    int[] shape = batch.names().isEmpty() ? batch.shape() : new int[] {batch.rowSize()};
    return new Attribution(maps, shape, quantity, rule, List.of(), batch.columns());
  }

  /**
   * Returns the same maps, of a table's columns.
   *
   * @param names one for each value of a map; none for what is no table
   */
  public Attribution ofColumns(List<String> names) {
    return new Attribution(maps, exampleShape, quantity, rule, fidelity, names);
  }

  /** Returns the same maps with one more figure. */
  public Attribution with(Fidelity figure) {
    List<Fidelity> more = new ArrayList<>(fidelity);
    more.add(figure);
    return new Attribution(maps, exampleShape, quantity, rule, more, columns);
  }

  /**
   * Returns a figure, if the method measured it.
   *
   * @param name such as {@link Fidelity#COMPLETENESS_RESIDUAL}
   */
  public Optional<Fidelity> fidelity(String name) {
    return fidelity.stream().filter(figure -> figure.name().equals(name)).findFirst();
  }

  /** What is explained, by which rule, of how many examples of which shape. */
  @Override
  public String toString() {
    return "%d maps of shape %s of %s by the rule \"%s\", %s"
        .formatted(maps.length, Arrays.toString(exampleShape), quantity.describe(), rule, fidelity);
  }
}
