package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.check.comparison.MetricValue;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherClassOrderTest {
  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  private static Dataset labelled(int classes, int... labels) {
    return Dataset.named("data")
        .features(FeatureStore.inMemory(new float[labels.length], 1))
        .labels(labels)
        .classNames(IntStream.range(0, classes).mapToObj(c -> "class " + c).toList())
        .build();
  }

  private static Predictions answering(int classes, int... answers) {
    return Predictions.of(
        Arrays.stream(answers)
            .mapToObj(
                answer -> {
                  double[] row = new double[classes];
                  row[answer] = 1;
                  return row;
                })
            .toArray(double[][]::new));
  }

  /** As sorted by their texts: 0, 1, 10, 11, 2, … */
  @Test
  void classesInAlphabeticalOrderAreFoundOut() {
    int[] right = IntStream.range(0, 240).map(i -> i % 12).toArray();
    List<String> byText = IntStream.range(0, 12).mapToObj(Integer::toString).sorted().toList();
    int[] answers =
        Arrays.stream(right).map(label -> byText.indexOf(Integer.toString(label))).toArray();

    OtherClassOrder found =
        OtherClassOrder.find(answering(12, answers), labelled(12, right)).orElseThrow();

    assertThat(found.outputs())
        .containsExactly(byText.stream().mapToInt(Integer::parseInt).toArray());
    assertThat(found.wrongThen()).isZero();
    assertThat(found.wrong()).isEqualTo(200);
  }

  @Test
  void aModelThatIsWrongOnEveryRowOfSignsIsToldSo() throws IOException {
    Path exchanged = folder.resolve("exchanged.csv");
    Files.writeString(exchanged, "f0,f1,y\n" + "3,-1,+1\n".repeat(60) + "-1,3,-1\n".repeat(40));
    Classifier model = Models.onnx("classpath:classes/identity2.onnx").emittingLogits();

    Evidence evidence =
        MetricValue.of(ErrorRate.withDefaults())
            .evaluate(model, Datasets.csv(exchanged.toString()).label("y").load(), context);

    assertThat(evidence.warnings())
        .contains(
            new Warning(
                Warning.OTHER_CLASS_ORDER,
                "classes in another order than the model's? identity2.onnx errs on 100 of 100"
                    + " examples (1), and would on 0 (0) if its outputs stood for [+1, -1] in"
                    + " place of [-1, +1], which is no chance; look in which order it was trained,"
                    + " and declare that: \"classes\" in the schema, .label(column, classes…) or"
                    + " .classes(…)"));
  }

  /** 2 · 2^−n is at most 1e-7 from n = 25 on. */
  @ParameterizedTest
  @CsvSource({"8, false", "24, false", "25, true", "26, true"})
  void chanceIsNoOrder(int examples, boolean found) {
    int[] labels = IntStream.range(0, examples).map(i -> i % 2).toArray();
    int[] answers = Arrays.stream(labels).map(label -> 1 - label).toArray();
    assertThat(OtherClassOrder.find(answering(2, answers), labelled(2, labels)).isPresent())
        .isEqualTo(found);
  }

  @Test
  void aModelThatGuessesIsNotTold() {
    SplittableRandom random = new SplittableRandom(8);
    for (int classes : new int[] {2, 3, 5, 10}) {
      for (int draw = 0; draw < 200; draw++) {
        int[] labels = random.ints(400, 0, classes).toArray();
        int[] answers = random.ints(400, 0, classes).toArray();
        assertThat(OtherClassOrder.find(answering(classes, answers), labelled(classes, labels)))
            .isEmpty();
      }
    }
  }

  @Test
  void aModelThatIsRightOnlyAtTimesIsNotTold() {
    SplittableRandom random = new SplittableRandom(9);
    int[] labels = random.ints(5000, 0, 4).toArray();
    int[] answers =
        Arrays.stream(labels).map(y -> random.nextInt(3) == 0 ? y : random.nextInt(4)).toArray();
    assertThat(OtherClassOrder.find(answering(4, answers), labelled(4, labels))).isEmpty();
  }

  /** Always answering the rarer class is no other order, though the other one is less wrong. */
  @Test
  void aConstantAnswerHasNoOrder() {
    int[] labels = IntStream.range(0, 500).map(i -> i % 10 == 0 ? 1 : 0).toArray();
    int[] answers = new int[500];
    Arrays.fill(answers, 1);
    assertThat(OtherClassOrder.find(answering(2, answers), labelled(2, labels))).isEmpty();
  }

  @Test
  void ofAClusterOneExampleCounts() {
    int[] labels = IntStream.range(0, 100).map(i -> i / 50).toArray();
    int[] answers = Arrays.stream(labels).map(label -> 1 - label).toArray();
    Dataset data =
        Dataset.named("data")
            .features(FeatureStore.inMemory(new float[100], 1))
            .labels(labels)
            .classNames(List.of("a", "b"))
            .column("patient", IntStream.range(0, 100).mapToObj(i -> "p" + i / 10).toList())
            .build();
    assertThat(OtherClassOrder.find(answering(2, answers), data)).isPresent();
    assertThat(OtherClassOrder.find(answering(2, answers), data.clusteredBy("patient"))).isEmpty();
  }

  @Test
  void theBoundIsAboveTheBinomialTail() {
    for (int m = 1; m <= 200; m++) {
      for (int b = m / 2 + 1; b <= m; b++) {
        double tail = BinomialDistribution.of(m, 0.5).survivalProbability(b - 1);
        assertThat(OtherClassOrder.logTail(b, m)).isGreaterThanOrEqualTo(Math.log(tail) - 1e-9);
      }
    }
    assertThat(OtherClassOrder.logTail(10, 10)).isCloseTo(10 * Math.log(0.5), within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7})
  void theAssignmentIsTheBestOfAll(int size) {
    SplittableRandom random = new SplittableRandom(10 + size);
    for (int draw = 0; draw < 100; draw++) {
      int[][] gains = new int[size][];
      for (int r = 0; r < size; r++) {
        gains[r] = random.ints(size, 0, draw % 2 == 0 ? 3 : 1000).toArray();
      }
      int[] columns = Assignment.ofMost(gains);
      assertThat(columns).doesNotHaveDuplicates();
      assertThat(IntStream.range(0, size).map(r -> gains[r][columns[r]]).sum())
          .isEqualTo(best(gains, 0, new boolean[size]));
    }
  }

  /** Of every order. */
  private static int best(int[][] gains, int row, boolean[] taken) {
    if (row == gains.length) {
      return 0;
    }
    int best = 0;
    for (int c = 0; c < gains.length; c++) {
      if (!taken[c]) {
        taken[c] = true;
        best = Math.max(best, gains[row][c] + best(gains, row + 1, taken));
        taken[c] = false;
      }
    }
    return best;
  }
}
