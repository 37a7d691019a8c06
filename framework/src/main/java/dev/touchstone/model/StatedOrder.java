package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/**
 * The classes that a model's file states, beside those of some data.
 *
 * @param model its name
 * @param stated in the order of its scores; empty where the file states none
 * @param data their name
 * @param declared the data's classes, in their order
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public record StatedOrder(String model, List<String> stated, String data, List<String> declared) {
  private static final int MOST_SHOWN = 120;
  private static final int LONGEST_NUMBER = 40;

  /** Returns a model's classes beside those of data. */
  public static StatedOrder of(Model model, Dataset data) {
    return new StatedOrder(
        model.name(),
        model.capability(StatedClasses.class).map(StatedClasses::statedClasses).orElse(List.of()),
        data.name(),
        data.classNames());
  }

  /**
   * Refuses data that have the classes that a model's file states in another order.
   *
   * @throws TouchstoneException if they have
   */
  public static void require(Model model, Dataset data) {
    if (!data.hasValues()) {
      of(model, data).require();
    }
  }

  /**
   * Returns the model's classes as they are compared: numbers by their value, and anything else
   * without blanks around it, in small letters.
   */
  public List<String> ofModel() {
    return stated.stream().map(StatedOrder::bare).toList();
  }

  /** Returns the data's classes as they are compared. */
  public List<String> ofData() {
    return declared.stream().map(StatedOrder::bare).toList();
  }

  /** Returns whether there are as many on both sides: a file may state none. */
  public boolean isComparable() {
    return stated.size() == declared.size();
  }

  /**
   * Returns whether one side has mere positions, such as a label encoder's, which say nothing about
   * names on the other.
   */
  public boolean hasPositions() {
    return arePositions(ofModel()) || arePositions(ofData());
  }

  /**
   * Returns both in words.
   *
   * @param shown a name, or some, as a message shows it
   */
  public String inWords(UnaryOperator<String> shown) {
    return "%s states the classes %s, and %s has %s in their place"
        .formatted(
            shown.apply(model),
            shown.apply(stated.toString()),
            data,
            shown.apply(declared.toString()));
  }

  private static String cut(String text) {
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN - 1) + "…";
  }

  /**
   * Refuses the same names in another order, with which no number means what it says.
   *
   * @throws TouchstoneException for them
   */
  public void require() {
    if (isComparable()
        && !ofModel().equals(ofData())
        && !hasPositions()
        && new HashSet<>(ofModel()).equals(new HashSet<>(ofData()))) {
      throw new TouchstoneException(
          inWords(StatedOrder::cut)
              + ": the same in another order, so that every answer would count as another; declare"
              + " them in the model's order, by \"classes\" in the schema, .label(column, classes…)"
              + " or .classes(…)");
    }
  }

  private static String bare(String name) {
    String stripped = name.strip();
    try {
      return stripped.length() > LONGEST_NUMBER
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
