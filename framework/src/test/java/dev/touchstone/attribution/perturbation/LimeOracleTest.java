package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Location;
import dev.touchstone.surrogate.Columns;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Against lime 0.2.0.1, by framework/src/test/python/lime_oracle.py. */
class LimeOracleTest {
  private static final double SAME = 1e-10;

  private final JsonNode oracle;

  LimeOracleTest() throws IOException {
    oracle =
        new ObjectMapper().readTree(Location.of("classpath:attribution/lime.json").read(1 << 20));
  }

  @Test
  void tablesHaveItsKernelItsDistancesAndItsRidge() {
    for (JsonNode table : oracle.get("tables")) {
      double[][] z = rows(table.get("z"));
      List<ColumnPerturbation> given =
          IntStream.range(0, z[0].length)
              .<ColumnPerturbation>mapToObj(
                  c ->
                      (example, rows, random) ->
                          new ColumnPerturbation.Drawn(
                              example, Arrays.stream(z).mapToDouble(row -> row[c]).toArray()))
              .toList();
      Inputs example = Inputs.of(Tensor.of(new float[z[0].length], 1, z[0].length));
      Neighbourhood neighbourhood =
          new TabularNeighbourhood(
              example,
              Columns.of(example, "the example"),
              given,
              z.length,
              RandomSource.XO_SHI_RO_256_PP.create(1));
      requireSame(new LimeSetting(z.length, 0, 1).fit(neighbourhood, y(table)), table);
    }
  }

  @Test
  void tablesHaveItsBinsAndWhatIsDrawnInThem() {
    double[][] training = rows(oracle.get("train"));
    for (int c = 0; c < 3; c++) {
      int column = c;
      JsonNode bins = oracle.get("bins").get("" + c);
      double[] values = Arrays.stream(training).mapToDouble(row -> row[column]).toArray();
      ColumnPerturbation.Quarters quarters =
          ColumnPerturbation.Quarters.of(new Columns.Numbers("c", values));
      double[] frequencies = doubles(bins.get("frequencies"));
      double before = 0;
      for (int i = 0; i < frequencies.length; i++) {
        int bin = (int) bins.get("bins").get(i).asDouble();
        assertThat(quarters.frequencies().cumulative()[bin] - before)
            .isCloseTo(frequencies[i], within(SAME));
        before = quarters.frequencies().cumulative()[bin];
        ColumnPerturbation.Quarters.Bin ours = quarters.bins().get(bin);
        assertThat(ours.least()).isCloseTo(bins.get("mins").get(bin).asDouble(), within(SAME));
        assertThat(ours.most()).isCloseTo(bins.get("maxs").get(bin).asDouble(), within(SAME));
        assertThat(ours.mean()).isCloseTo(bins.get("means").get(bin).asDouble(), within(SAME));
        assertThat(ours.deviation()).isCloseTo(bins.get("stds").get(bin).asDouble(), within(SAME));
      }
    }
  }

  @Test
  void imagesHaveItsMeansItsDistancesAndItsRidge() {
    JsonNode image = oracle.get("image");
    double[][] z = rows(image.get("z"));
    int[] segments = ints(image.get("segments"));
    float[] values = floats(image.get("image"));
    int[] ofValues = IntStream.range(0, values.length).map(j -> segments[j % 48]).toArray();
    float[] means = LimeImages.means(values, ofValues, 3, 6, 8);
    assertThat(means).containsExactly(floats(image.get("fudged")), within(1e-6f));
    Neighbourhood neighbourhood =
        new SegmentNeighbourhood(values, means, ofValues, new int[] {3, 6, 8}, z);
    requireSame(new LimeSetting(z.length, 0.25, 1).fit(neighbourhood, y(image)), image);
  }

  @Test
  void textsLoseItsWordsAndHaveItsDistancesAndItsRidge() {
    JsonNode text = oracle.get("text");
    double[][] z = rows(text.get("z"));
    TextWords words = new TextWords(text.get("text").asText());
    for (int i = 0; i < z.length; i++) {
      assertThat(words.keeping(z[i])).isEqualTo(text.get("asked").get(i).asText());
    }
    Inputs none = Inputs.of(Tensor.of(new float[1], 1, 1));
    Neighbourhood neighbourhood = new TextNeighbourhood(none, "text", words, z);
    requireSame(new LimeSetting(z.length, 25, 1).fit(neighbourhood, y(text)), text);
  }

  private static void requireSame(LocalLinearModel ours, JsonNode theirs) {
    assertThat(ours.coefficients())
        .containsExactly(doubles(theirs.get("coefficients")), within(SAME));
    assertThat(ours.intercept()).isCloseTo(theirs.get("intercept").asDouble(), within(SAME));
    assertThat(ours.determination()).isCloseTo(theirs.get("r2").asDouble(), within(SAME));
  }

  private static double[] y(JsonNode of) {
    return doubles(of.get("y"));
  }

  private static double[][] rows(JsonNode rows) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(LimeOracleTest::doubles)
        .toArray(double[][]::new);
  }

  private static double[] doubles(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  private static int[] ints(JsonNode numbers) {
    return Arrays.stream(doubles(numbers)).mapToInt(number -> (int) number).toArray();
  }

  private static float[] floats(JsonNode numbers) {
    double[] all = doubles(numbers);
    float[] singles = new float[all.length];
    for (int i = 0; i < singles.length; i++) {
      singles[i] = (float) all[i];
    }
    return singles;
  }
}
