package dev.touchstone.check.study;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What participants of a study answered: a rating per participant, condition and item, on a scale
 * from 1 to a number of points (thesis, section 4.6: five, from "definitely not" to "definitely").
 *
 * <pre>{@code
 * StudyAnswers answers =
 *     StudyAnswers.read("study/answers.csv", "normal", "random labels", "spurious")
 *         .withoutInattentive(1);
 * }</pre>
 *
 * <p>The table has the columns {@code participant}, {@code condition}, {@code item} and {@code
 * rating}; others, such as a reason, are left out. An item that a participant rated twice under one
 * condition is an attention check: the first rating counts. Immutable.
 */
public final class StudyAnswers {
  private static final int LIKERT = 5;
  private static final List<String> COLUMNS = List.of("participant", "item");

  private final Dataset data;
  private final int points;
  private final int inattention;

  private StudyAnswers(Dataset data, int points, int inattention) {
    this.data = data;
    this.points = points;
    this.inattention = inattention;
  }

  /**
   * Reads answers on a scale of five points.
   *
   * @param location of a CSV, JSON-lines or Parquet table, as {@link Datasets#table} takes it
   * @param conditions all that may occur, two or more
   * @throws TouchstoneException for a condition that is not among them, a rating that is no whole
   *     number from 1 to 5, or a column that is missing
   */
  public static StudyAnswers read(String location, String... conditions) {
    if (new LinkedHashSet<>(List.of(conditions)).size() < Math.max(2, conditions.length)) {
      throw new TouchstoneException(
          "a study compares two conditions or more, each named once, and was given %s"
              .formatted(List.of(conditions)));
    }
    return of(
        Datasets.table(location)
            .label("condition", conditions)
            .groups(COLUMNS.toArray(String[]::new))
            .numeric("rating")
            .load());
  }

  /**
   * Takes answers on a scale of five points from data.
   *
   * @param data the only feature is the rating, the classes are the conditions; with the columns
   *     {@code participant} and {@code item}
   * @throws TouchstoneException as {@link #read} does
   */
  public static StudyAnswers of(Dataset data) {
    Set<String> missing = new LinkedHashSet<>(COLUMNS);
    missing.removeAll(data.columns());
    if (!missing.isEmpty() || data.features().rowSize() != 1) {
      throw new TouchstoneException(
          "answers of a study are data with one feature, the rating, and the columns %s; %s has %d features and the columns %s"
              .formatted(COLUMNS, data.name(), data.features().rowSize(), data.columns()));
    }
    return new StudyAnswers(data, LIKERT, Integer.MAX_VALUE).checked();
  }

  /**
   * Takes ratings from 1 to another number of points.
   *
   * @param most at least 2
   * @throws TouchstoneException for fewer, or if a rating is larger
   */
  public StudyAnswers onScaleOf(int most) {
    if (most < 2) {
      throw new TouchstoneException("a scale has at least two points, was " + most);
    }
    return new StudyAnswers(data, most, inattention).checked();
  }

  /**
   * Leaves out participants who rated an item twice under one condition and not alike.
   *
   * @param distance by how much the two ratings may differ, at least 0
   * @throws TouchstoneException if nobody was asked twice, so that nothing could be told, or if
   *     nobody is left
   */
  public StudyAnswers withoutInattentive(int distance) {
    if (distance < 0) {
      throw new TouchstoneException(
          "two ratings differ by at least 0, and were to differ by at most " + distance);
    }
    StudyAnswers kept = new StudyAnswers(data, points, distance);
    if (kept.ratings().values().stream()
        .flatMap(byItem -> byItem.values().stream())
        .noneMatch(twice -> twice.size() > 1)) {
      throw new TouchstoneException(
          "nobody rated an item of %s twice under one condition, so that attention cannot be told; leave out withoutInattentive(%d), or ask again"
              .formatted(data.name(), distance));
    }
    if (kept.attentive().isEmpty()) {
      throw new TouchstoneException(
          "no participant of %s rated twice what differs by at most %d; allow more"
              .formatted(data.name(), distance));
    }
    return kept;
  }

  private StudyAnswers checked() {
    for (int i = 0; i < data.size(); i++) {
      double rating = rating(i);
      if (rating != Math.rint(rating) || rating < 1 || rating > points) {
        throw new TouchstoneException(
            "the rating of %s in %s is %s, and ratings are whole numbers from 1 to %d; correct it, or write .onScaleOf(…)"
                .formatted(data.id(i), data.name(), rating, points));
      }
    }
    return this;
  }

  private double rating(int answer) {
    float[] one = new float[1];
    data.features().read(answer, one, 0);
    return one[0];
  }

  /** Returns the answers as data. */
  Dataset data() {
    return data;
  }

  /** Returns how many points the scale has. */
  public int points() {
    return points;
  }

  /** By participant and condition, the ratings of each item in the order of the answers. */
  private Map<List<String>, Map<String, List<Double>>> ratings() {
    Map<List<String>, Map<String, List<Double>>> ratings = new LinkedHashMap<>();
    for (int i = 0; i < data.size(); i++) {
      ratings
          .computeIfAbsent(
              List.of(data.value("participant", i), data.classNames().get(data.label(i))),
              key -> new LinkedHashMap<>())
          .computeIfAbsent(data.value("item", i), item -> new ArrayList<>())
          .add(rating(i));
    }
    return ratings;
  }

  /** All participants. */
  Set<String> participants() {
    return new LinkedHashSet<>(
        IntStream.range(0, data.size()).mapToObj(i -> data.value("participant", i)).toList());
  }

  /** Those whose second ratings are near their first ones. */
  Set<String> attentive() {
    Set<String> attentive = participants();
    ratings()
        .forEach(
            (who, byItem) -> {
              boolean apart =
                  byItem.values().stream()
                      .anyMatch(
                          rated ->
                              rated.stream()
                                  .anyMatch(r -> Math.abs(r - rated.get(0)) > inattention));
              if (apart) {
                attentive.remove(who.get(0));
              }
            });
    return attentive;
  }

  /**
   * Of a condition, by attentive participant in the order of names, the mean of the items' ratings.
   */
  Map<String, Double> means(String condition) {
    Set<String> attentive = attentive();
    Map<String, Double> means = new TreeMap<>();
    ratings()
        .forEach(
            (who, byItem) -> {
              if (who.get(1).equals(condition) && attentive.contains(who.get(0))) {
                means.put(
                    who.get(0),
                    byItem.values().stream().mapToDouble(r -> r.get(0)).average().orElseThrow());
              }
            });
    return means;
  }

  /** Of a condition, how many times attentive participants gave 1, 2, … */
  int[] counts(String condition) {
    Set<String> attentive = attentive();
    int[] counts = new int[points];
    ratings()
        .forEach(
            (who, byItem) -> {
              if (who.get(1).equals(condition) && attentive.contains(who.get(0))) {
                byItem.values().forEach(rated -> counts[(int) (rated.get(0) - 1)]++);
              }
            });
    return counts;
  }

  @Override
  public String toString() {
    return "answers of %s, from 1 to %d".formatted(data.name(), points);
  }
}
