package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.surrogate.Columns;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A neighbourhood that lime drew, by {@code src/test/python/attribution_table_oracle.py}.
 *
 * @param z what lime's surrogate saw of each row
 * @param rows the rows of a table; null of images
 * @param coefficients of lime's surrogate
 */
public record LimeNumbers(double[][] z, double[][] rows, double[] coefficients) {

  /**
   * Returns the coefficients of the surrogate that is fitted here to a model's answers to the same
   * rows of a table.
   */
  public double[] ofTable(Function<Inputs, double[]> model) {
    int width = z[0].length;
    List<ColumnPerturbation> drawn =
        IntStream.range(0, width)
            .<ColumnPerturbation>mapToObj(
                c ->
                    (example, count, random) ->
                        new ColumnPerturbation.Drawn(
                            new Columns.Numbers(example.name(), column(rows, c)), column(z, c)))
            .toList();
    Inputs example = Inputs.of(Tensor.of(new float[width], 1, width));
    Neighbourhood neighbourhood =
        new TabularNeighbourhood(
            example,
            Columns.of(example, "the example"),
            drawn,
            z.length,
            RandomSource.XO_SHI_RO_256_PP.create(1));
    return new LimeSetting(z.length, 0, 1)
        .fit(neighbourhood, model.apply(neighbourhood.rows(0, z.length)))
        .coefficients();
  }

  /**
   * Returns the coefficients of the surrogate that is fitted here to a model's answers to the same
   * images.
   *
   * @param segmentOf the segment of each pixel
   */
  public double[] ofImage(
      float[] image, int[] shape, int[] segmentOf, Function<Inputs, double[]> model) {
    float[] means = LimeImages.means(image, segmentOf, shape[0], shape[1], shape[2]);
    Neighbourhood neighbourhood = new SegmentNeighbourhood(image, means, segmentOf, shape, z);
    return new LimeSetting(z.length, 0.25, 1)
        .fit(neighbourhood, model.apply(neighbourhood.rows(0, z.length)))
        .coefficients();
  }

  private static double[] column(double[][] of, int c) {
    return Arrays.stream(of).mapToDouble(row -> row[c]).toArray();
  }
}
