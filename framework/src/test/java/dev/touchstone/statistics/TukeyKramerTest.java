package dev.touchstone.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.statistics.distribution.TDistribution;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The analysis of variance and all pairs, held to SciPy and R (src/test/python/tukey_oracle.py).
 */
class TukeyKramerTest {

  private static JsonObject oracle() {
    try (InputStream in = TukeyKramerTest.class.getResourceAsStream("tukey.json")) {
      return JsonParser.parseReader(
              new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<JsonObject> ranges() {
    return Oracle.objects(oracle().getAsJsonArray("ranges")).stream();
  }

  static Stream<JsonObject> cases() {
    return Oracle.objects(oracle().getAsJsonArray("cases")).stream();
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void tailsAreSciPysAndNearRs(JsonObject one) {
    double tail =
        StudentizedRange.of(one.get("groups").getAsInt(), one.get("freedom").getAsDouble())
            .survival(one.get("q").getAsDouble());
    assertThat(tail).isCloseTo(one.get("scipy").getAsDouble(), Offset.offset(2e-13));
    // R's own documentation promises eps = 1.
    assertThat(tail).isCloseTo(one.get("r").getAsDouble(), Offset.offset(1e-8));
  }

  /** Of two groups the range is the difference: P(Q > q) = P(|t| > q/√2), far into the tail. */
  @ParameterizedTest
  @CsvSource({"1, 3", "1, 1e6", "2, 40", "5, 60", "30, 20", "52, 0.01", "400, 15", "5000, 12"})
  void twoGroupsAreStudentsT(double freedom, double q) {
    double student = 2 * TDistribution.of(freedom).survivalProbability(q / Math.sqrt(2));
    assertThat(StudentizedRange.of(2, freedom).survival(q))
        .isCloseTo(student, Percentage.withPercentage(1e-8));
  }

  /** So far out more than one pair never lies apart: Bonferroni's bound is sharp. */
  @ParameterizedTest
  @CsvSource({"7, 371, 14", "4, 200, 16", "20, 1000, 15"})
  void farTailsOfManyGroupsAreAllPairsTogether(int groups, double freedom, double q) {
    double one = StudentizedRange.of(2, freedom).survival(q);
    double pairs = groups * (groups - 1) / 2.0 * one;
    assertThat(StudentizedRange.of(groups, freedom).survival(q))
        .isLessThan(pairs)
        .isGreaterThan(0.98 * pairs)
        .isLessThan(1e-15);
  }

  @ParameterizedTest
  @CsvSource({"3, 51, 0.05", "7, 120, 0.05", "7, 120, 1e-9", "2, 4, 0.5", "10, 2, 0.01"})
  void quantilesAreWhereTheTailIs(int groups, double freedom, double tail) {
    StudentizedRange range = StudentizedRange.of(groups, freedom);
    assertThat(range.survival(range.quantile(tail)))
        .isCloseTo(tail, Percentage.withPercentage(1e-7));
  }

  /**
   * Table values to three figures after the point (Harter 1960): q of 5 % for 3 groups, 4 for 20.
   */
  @Test
  void quantilesAreThoseOfTheTables() {
    assertThat(StudentizedRange.of(3, 10).quantile(0.05)).isCloseTo(3.877, Offset.offset(5e-4));
    assertThat(StudentizedRange.of(4, 20).quantile(0.05)).isCloseTo(3.958, Offset.offset(5e-4));
    assertThat(StudentizedRange.of(3, 10).quantile(0.01)).isCloseTo(5.270, Offset.offset(5e-4));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void groupsAreComparedAsSciPyAndRDo(JsonObject one) {
    List<double[]> groups =
        StreamSupport.stream(one.getAsJsonArray("groups").spliterator(), false)
            .map(
                group ->
                    StreamSupport.stream(group.getAsJsonArray().spliterator(), false)
                        .mapToDouble(v -> v.getAsDouble())
                        .toArray())
            .toList();
    OneWayAnova anova = OneWayAnova.of(groups);
    assertThat(anova.statistic())
        .isCloseTo(one.get("f").getAsDouble(), Percentage.withPercentage(1e-10));
    assertThat(anova.pValue())
        .isCloseTo(one.get("p").getAsDouble(), Percentage.withPercentage(1e-8));
    JsonObject pairs = one.getAsJsonObject("pairs");
    List<TukeyKramer.Pair> compared = TukeyKramer.of(groups, 0.95);
    assertThat(compared).hasSize(pairs.size());
    for (TukeyKramer.Pair pair : compared) {
      double[] r = Oracle.numbers(pairs, pair.first() + " " + pair.second());
      assertThat(pair.difference()).isCloseTo(r[0], Offset.offset(1e-12));
      assertThat(pair.interval().lower()).isCloseTo(r[1], Offset.offset(1e-5));
      assertThat(pair.interval().upper()).isCloseTo(r[2], Offset.offset(1e-5));
      assertThat(pair.pValue()).isCloseTo(r[3], Offset.offset(1e-7));
    }
  }

  @Test
  void whatCannotBeComparedIsRefused() {
    assertThatThrownBy(() -> OneWayAnova.of(List.of(new double[] {1}, new double[] {2})))
        .hasMessageContaining("more values than groups");
    assertThatThrownBy(() -> OneWayAnova.of(List.of(new double[] {1, 1}, new double[] {1, 1})))
        .hasMessageContaining("nothing varies");
    assertThatThrownBy(() -> OneWayAnova.of(List.of(new double[] {1, 2}, new double[0])))
        .hasMessageContaining("without a value");
    List<double[]> constant = List.of(new double[] {1, 1}, new double[] {2, 2});
    assertThat(OneWayAnova.of(constant).pValue()).isZero();
    assertThatThrownBy(() -> TukeyKramer.of(constant, 0.95)).hasMessageContaining("standard error");
  }
}
