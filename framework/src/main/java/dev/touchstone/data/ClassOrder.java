package dev.touchstone.data;

import dev.touchstone.runtime.TouchstoneException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * In what order classes stand that nobody declared: numbers as numbers, however they are written,
 * and anything else in alphabetical order, which may not be the model's.
 *
 * @param names the classes in this order, each as it occurs
 * @param areNumbers whether all of them are numbers
 */
record ClassOrder(List<String> names, boolean areNumbers) {
  private static final int MOST_SHOWN = 6;
  private static final int MOST_OF_A_NAME = 20;

  /** A decimal number of a size that compares at once. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,40}\\.?\\d{0,40}|\\.\\d{1,40})([eE][+-]?\\d{1,3})?");

  /**
   * Orders classes.
   *
   * @param where the file and what its classes are, for messages
   * @param classes each once
   * @throws TouchstoneException if two of them differ by nothing but how they are written
   */
  static ClassOrder of(String where, Collection<String> classes) {
    refuseTwoSpellings(where, classes);
    boolean areNumbers = areNumbers(classes);
    Comparator<String> order =
        areNumbers ? Comparator.comparing(ClassOrder::number) : Comparator.naturalOrder();
    return new ClassOrder(classes.stream().sorted(order).toList(), areNumbers);
  }

  /** Whether all of them are numbers. */
  static boolean areNumbers(Collection<String> classes) {
    return classes.stream().allMatch(name -> NUMBER.matcher(name.strip()).matches());
  }

  /** Returns a number's digits, however it is written: {@code 1} of {@code 1.0}. */
  static String digits(String name) {
    return number(name).stripTrailingZeros().toPlainString();
  }

  private static BigDecimal number(String name) {
    return new BigDecimal(name.strip());
  }

  /** One class written in two ways would be two, one of which no model knows. */
  private static void refuseTwoSpellings(String where, Collection<String> classes) {
    Map<Object, String> seen = new HashMap<>();
    for (String name : classes) {
      String bare = name.strip();
      Object what = NUMBER.matcher(bare).matches() ? number(bare).stripTrailingZeros() : bare;
      String before = seen.putIfAbsent(what, name);
      if (before != null) {
        throw new TouchstoneException(
            "%s: one class is written in two ways, \"%s\" and \"%s\"; write it in one, or declare the classes if they are two"
                .formatted(where, before, name));
      }
    }
  }

  /**
   * How the order came about, to be said where a claim fails; empty where numbers give it.
   *
   * @param cure how the classes are declared
   */
  Optional<String> guess(String cure) {
    if (areNumbers) {
      return Optional.empty();
    }
    List<String> shown = new ArrayList<>();
    names.stream()
        .limit(MOST_SHOWN)
        .map(
            name ->
                name.length() <= MOST_OF_A_NAME ? name : name.substring(0, MOST_OF_A_NAME) + "…")
        .forEach(shown::add);
    String all =
        shown.stream().collect(Collectors.joining(", "))
            + (names.size() > MOST_SHOWN ? ", … (" + names.size() + " classes)" : "");
    return Optional.of("in alphabetical order: " + all + "; " + cure);
  }
}
