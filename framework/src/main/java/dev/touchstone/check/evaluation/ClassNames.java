package dev.touchstone.check.evaluation;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Warning;
import dev.touchstone.model.Model;
import dev.touchstone.model.StatedClasses;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
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
   * @throws TouchstoneException for the same names in another order, with which no number means
   *     what it says
   */
  static void compare(Model model, Dataset data, Evidence.Builder evidence) {
    List<String> stated =
        model.capability(StatedClasses.class).map(StatedClasses::statedClasses).orElse(List.of());
    List<String> ofModel = stated.stream().map(ClassNames::bare).toList();
    List<String> ofData = data.classNames().stream().map(ClassNames::bare).toList();
    if (ofModel.size() != ofData.size() || ofModel.equals(ofData)) {
      return;
    }
    Optional<String> ambiguous = ambiguous(ofModel, data.classNames(), ofData);
    boolean positions = arePositions(ofModel) || arePositions(ofData);
    if (positions && ambiguous.isEmpty()) {
      return;
    }
    String both =
        "%s states the classes %s, and %s has %s in their place"
            .formatted(
                PlainText.of(model.name(), 80),
                shown(stated),
                data.name(),
                shown(data.classNames()));
    if (positions) {
      evidence.warn(
          new Warning(
              Warning.OTHER_CLASS_NAMES,
              "%s: %s is another class in each, so that whoever reads the file's own label takes one for the other; look which the model was trained on, and declare the classes in its order"
                  .formatted(both, PlainText.of(ambiguous.orElseThrow(), MOST_SHOWN))));
      return;
    }
    if (new HashSet<>(ofModel).equals(new HashSet<>(ofData))) {
      throw new TouchstoneException(
          both
              + ": the same in another order, so that every answer would count as another; declare"
              + " them in the model's order, by \"classes\" in the schema, .label(column, classes…)"
              + " or .classes(…)");
    }
    evidence.warn(
        new Warning(
            Warning.OTHER_CLASS_NAMES, both + "; look whether they mean the same, in this order"));
  }

  /** The first class of the data that the model has at another place. */
  private static Optional<String> ambiguous(
      List<String> ofModel, List<String> names, List<String> ofData) {
    return IntStream.range(0, ofData.size())
        .filter(i -> ofModel.contains(ofData.get(i)) && !ofModel.get(i).equals(ofData.get(i)))
        .mapToObj(names::get)
        .findFirst();
  }

  private static String shown(List<String> names) {
    return PlainText.of(names.toString(), MOST_SHOWN);
  }

  /** Numbers by their value, and anything else without blanks around it, in small letters. */
  private static String bare(String name) {
    String stripped = name.strip();
    try {
      return stripped.length() > 40
          ? stripped
          : new BigDecimal(stripped).stripTrailingZeros().toString();
    } catch (NumberFormatException e) {
      return stripped.toLowerCase(Locale.ROOT);
    }
  }

  private static boolean arePositions(List<String> names) {
    return IntStream.range(0, names.size())
        .allMatch(i -> names.get(i).equals(bare(Integer.toString(i))));
  }
}
