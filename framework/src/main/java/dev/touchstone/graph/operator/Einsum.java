package dev.touchstone.graph.operator;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * ONNX {@code Einsum}: products of entries whose axes have letters in common, summed over the
 * letters that the output lacks. Two factors are multiplied as matrices; more, one after the other.
 *
 * @param factors the letters of each factor's axes; {@code …} stands for any further ones
 * @param output the letters of the output's axes
 */
record Einsum(List<String> factors, String output) implements Growing {
  /** In the place of the three dots, so that it is one letter. */
  private static final char OTHERS = '.';

  static Operator from(Attributes attributes) {
    String equation = attributes.text("equation", "").replace(" ", "").replace("...", ".");
    String[] sides = equation.split("->", -1);
    List<String> factors = List.of(sides[0].split(",", -1));
    String output = sides.length > 1 ? sides[1] : implied(factors);
    boolean made =
        output.chars().allMatch(letter -> sides[0].indexOf(letter) >= 0)
            && output.chars().distinct().count() == output.length();
    if (!made || sides.length > 2) {
      throw attributes.unsupported("equation = " + equation);
    }
    return new Einsum(factors, output);
  }

  /** The letters that stand once, in their order; the others are summed over. */
  private static String implied(List<String> factors) {
    String all = String.join("", factors);
    String once =
        all.chars()
            .filter(letter -> letter != OTHERS && all.indexOf(letter) == all.lastIndexOf(letter))
            .sorted()
            .mapToObj(letter -> String.valueOf((char) letter))
            .collect(Collectors.joining());
    return (all.indexOf(OTHERS) >= 0 ? "." : "") + once;
  }

  /** More than two factors make no product that is linear in what else stays. */
  @Override
  public Optional<OperatorTraits> traits() {
    return factors.size() > 2
        ? Optional.of(OperatorTraits.of(OperatorTraits.Effect.MIXING).smooth())
        : Optional.empty();
  }

  @Override
  public NDArray apply(List<NDArray> inputs) {
    int others = others(inputs);
    Term product = term(inputs.get(0), factors.get(0), others);
    for (int i = 1; i < factors.size(); i++) {
      Set<Character> later = letters(output, others);
      factors.stream().skip(i + 1).forEach(factor -> later.addAll(letters(factor, others)));
      product = product.times(term(inputs.get(i), factors.get(i), others), later);
    }
    Set<Character> wanted = letters(output, others);
    return product.summedTo(wanted).ordered(List.copyOf(wanted));
  }

  /** How many axes the dots stand for. */
  private int others(List<? extends @Nullable NDArray> inputs) {
    return IntStream.range(0, factors.size())
        .filter(i -> factors.get(i).indexOf(OTHERS) >= 0)
        .map(i -> Axes.required(inputs, i).getShape().dimension() - (factors.get(i).length() - 1))
        .max()
        .orElse(0);
  }

  /** Letters of axes, in their order; those of the dots are digits from the last. */
  private static Set<Character> letters(String axes, int others) {
    return new LinkedHashSet<>(list(axes, others));
  }

  private static List<Character> list(String axes, int others) {
    List<Character> letters = new ArrayList<>();
    for (char letter : axes.toCharArray()) {
      if (letter == OTHERS) {
        IntStream.iterate(others - 1, i -> i >= 0, i -> i - 1)
            .forEach(i -> letters.add((char) ('0' + i)));
      } else {
        letters.add(letter);
      }
    }
    return letters;
  }

  /** A factor with each letter once: of a letter that comes twice the diagonal is taken. */
  private static Term term(NDArray array, String axes, int others) {
    int own = axes.indexOf(OTHERS) < 0 ? 0 : array.getShape().dimension() - (axes.length() - 1);
    List<Character> letters = list(axes, Math.min(own, others));
    if (letters.size() != array.getShape().dimension()) {
      throw new IllegalArgumentException(
          "the letters %s for an array of %d axes".formatted(axes, array.getShape().dimension()));
    }
    NDArray apart = array;
    for (int axis = 0; axis < letters.size(); axis++) {
      int again = letters.lastIndexOf(letters.get(axis));
      while (again > axis) {
        apart = diagonal(apart, axis, again);
        letters.remove(again);
        again = letters.lastIndexOf(letters.get(axis));
      }
    }
    return new Term(apart, letters);
  }

  private static NDArray diagonal(NDArray array, int axis, int other) {
    Shape shape = array.getShape();
    long[] ones = IntStream.range(0, shape.dimension()).mapToLong(i -> 1).toArray();
    ones[axis] = shape.get(axis);
    ones[other] = shape.get(other);
    NDArray eye = array.getManager().eye(Math.toIntExact(shape.get(axis)));
    NDArray kept = eye.toType(array.getDataType(), false).reshape(new Shape(ones));
    return array.mul(kept).sum(new int[] {other});
  }

  @Override
  public long elements(List<? extends @Nullable NDArray> inputs) {
    int others = others(inputs);
    Map<Character, Long> lengths = new HashMap<>();
    for (int i = 0; i < factors.size(); i++) {
      Shape shape = Axes.required(inputs, i).getShape();
      int own =
          factors.get(i).indexOf(OTHERS) < 0
              ? 0
              : shape.dimension() - (factors.get(i).length() - 1);
      List<Character> letters = list(factors.get(i), own);
      for (int axis = 0; axis < Math.min(letters.size(), shape.dimension()); axis++) {
        lengths.merge(letters.get(axis), shape.get(axis), Math::max);
      }
    }
    return Growing.product(
        letters(output, others).stream()
            .mapToLong(letter -> lengths.getOrDefault(letter, 1L))
            .toArray());
  }

  /**
   * An array whose axes have letters.
   *
   * @param letters one per axis, none twice
   */
  private record Term(NDArray array, List<Character> letters) {

    /** The sum over the letters that are not among the wanted ones. */
    Term summedTo(Set<Character> wanted) {
      int[] summed =
          IntStream.range(0, letters.size())
              .filter(axis -> !wanted.contains(letters.get(axis)))
              .toArray();
      List<Character> kept = letters.stream().filter(wanted::contains).toList();
      return summed.length == 0 ? this : new Term(array.sum(summed), kept);
    }

    /** The array with its axes in an order, and with length 1 for letters that it lacks. */
    NDArray ordered(List<Character> order) {
      List<Character> own = order.stream().filter(letters::contains).toList();
      int[] axes = own.stream().mapToInt(letters::indexOf).toArray();
      NDArray arranged = axes.length < 2 ? array : array.transpose(axes);
      long[] shape =
          order.stream().mapToLong(letter -> own.contains(letter) ? length(letter) : 1).toArray();
      return arranged.reshape(new Shape(shape));
    }

    private long length(Character letter) {
      return array.getShape().get(letters.indexOf(letter));
    }

    /**
     * The product with another factor.
     *
     * @param later the letters that are still needed
     */
    Term times(Term other, Set<Character> later) {
      Set<Character> here = new LinkedHashSet<>(letters);
      Set<Character> there = new LinkedHashSet<>(other.letters);
      Set<Character> needed = new LinkedHashSet<>(later);
      needed.addAll(there);
      Term left = summedTo(needed);
      needed = new LinkedHashSet<>(later);
      needed.addAll(here);
      Term right = other.summedTo(needed);

      List<Character> both = left.letters.stream().filter(right.letters::contains).toList();
      List<Character> kept = both.stream().filter(later::contains).toList();
      List<Character> summed = both.stream().filter(letter -> !later.contains(letter)).toList();
      List<Character> rows = left.letters.stream().filter(l -> !both.contains(l)).toList();
      List<Character> columns = right.letters.stream().filter(l -> !both.contains(l)).toList();

      // [kept, rows, summed] × [kept, summed, columns]
      Map<Character, Long> lengths = new HashMap<>();
      left.letters.forEach(letter -> lengths.put(letter, left.length(letter)));
      right.letters.forEach(letter -> lengths.merge(letter, right.length(letter), Math::max));
      NDArray product =
          left.matrices(kept, rows, summed, lengths)
              .matMul(right.matrices(kept, summed, columns, lengths));
      List<Character> made = new ArrayList<>(kept);
      made.addAll(rows);
      made.addAll(columns);
      return new Term(product.reshape(shape(made, lengths)), made);
    }

    private NDArray matrices(
        List<Character> kept,
        List<Character> first,
        List<Character> second,
        Map<Character, Long> lengths) {
      List<Character> order = new ArrayList<>(kept);
      order.addAll(first);
      order.addAll(second);
      NDArray stretched = Broadcast.to(ordered(order), shape(order, lengths));
      return stretched.reshape(
          new Shape(
              shape(kept, lengths).size(),
              shape(first, lengths).size(),
              shape(second, lengths).size()));
    }

    private static Shape shape(List<Character> letters, Map<Character, Long> lengths) {
      return new Shape(
          letters.stream().mapToLong(l -> Objects.requireNonNull(lengths.get(l))).toArray());
    }
  }
}
