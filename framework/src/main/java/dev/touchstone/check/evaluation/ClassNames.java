package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Model;
import dev.touchstone.model.StatedOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The classes that a model's file states, held against those of the data. */
final class ClassNames {
  private static final int MOST_SHOWN = 120;

  private ClassNames() {}

  /**
   * Compares the names. Mere positions on one side, such as a label encoder's, say nothing about
   * names on the other, unless a number is a class of both, and not the same.
   *
   * @throws dev.touchstone.runtime.TouchstoneException for the same names in another order, with
   *     which no number means what it says
   */
  static void compare(Model model, Dataset data, Evidence.Builder evidence) {
    StatedOrder order = StatedOrder.of(model, data);
    order.require();
    if (!order.isComparable() || order.ofModel().equals(order.ofData())) {
      return;
    }
    Optional<String> ambiguous = ambiguous(order.ofModel(), data.classNames(), order.ofData());
    if (order.hasPositions() && ambiguous.isEmpty()) {
      return;
    }
    evidence.warn(
        new Warning(
            Warning.OTHER_CLASS_NAMES,
            order.hasPositions()
                ? "%s: %s is another class in each, so that whoever reads the file's own label takes one for the other; look which the model was trained on, and declare the classes in its order"
                    .formatted(order.inWords(ClassNames::shown), shown(ambiguous.orElseThrow()))
                : order.inWords(ClassNames::shown)
                    + "; look whether they mean the same, in this order"));
  }

  /** The first class of the data that the model has at another place. */
  private static Optional<String> ambiguous(
      List<String> ofModel, List<String> names, List<String> ofData) {
    return IntStream.range(0, ofData.size())
        .filter(i -> ofModel.contains(ofData.get(i)) && !ofModel.get(i).equals(ofData.get(i)))
        .mapToObj(names::get)
        .findFirst();
  }

  private static String shown(String names) {
    return PlainText.of(names, MOST_SHOWN);
  }
}
