package dev.touchstone.attribution.perturbation;

import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.surrogate.Columns;
import dev.touchstone.surrogate.Quartiles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.statistics.distribution.TruncatedNormalDistribution;

/** How other values of one column are drawn, and what a local surrogate sees of them. */
interface ColumnPerturbation {

  /**
   * A column of a neighbourhood.
   *
   * @param values the rows' values, the example's first
   * @param interpretable what the surrogate sees of each
   */
  record Drawn(Columns.Column values, double[] interpretable) {}

  /**
   * Draws a column.
   *
   * @param example the example's value, in a column of one row
   * @param rows how many, the example itself among them
   */
  Drawn draw(Columns.Column example, int rows, UniformRandomProvider random);

  /** Returns whether a column of training data is the same in every row. */
  static boolean isConstant(Columns.Column training) {
    return training instanceof Columns.Numbers numbers
        ? Arrays.stream(numbers.values())
            .allMatch(value -> Double.compare(value, numbers.values()[0]) == 0)
        : Arrays.stream(((Columns.Categories) training).values()).distinct().count() < 2;
  }

  /** What nothing is known to put in the place of; seen is always the same. */
  record AsItIs() implements ColumnPerturbation {
    @Override
    public Drawn draw(Columns.Column example, int rows, UniformRandomProvider random) {
      return new Drawn(example.select(new int[rows]), new double[rows]);
    }
  }

  /** Categories at the frequencies that they have in training data; seen is whether it is equal. */
  record Categories(List<String> categories, Frequencies frequencies)
      implements ColumnPerturbation {

    static Categories of(Columns.Categories column) {
      Map<String, Integer> counts = new TreeMap<>();
      Arrays.stream(column.values()).forEach(text -> counts.merge(text, 1, Integer::sum));
      return new Categories(
          List.copyOf(counts.keySet()),
          Frequencies.of(counts.values().stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public Drawn draw(Columns.Column example, int rows, UniformRandomProvider random) {
      String own = ((Columns.Categories) example).values()[0];
      String[] values = new String[rows];
      Arrays.setAll(values, i -> i == 0 ? own : categories.get(frequencies.draw(random)));
      double[] equal = new double[rows];
      Arrays.setAll(equal, i -> values[i].equals(own) ? 1 : 0);
      return new Drawn(new Columns.Categories(example.name(), values), equal);
    }
  }

  /** Numbers that are codes of categories, at their frequencies; seen is whether it is equal. */
  record Codes(double[] codes, Frequencies frequencies) implements ColumnPerturbation {

    static Codes of(Columns.Numbers column) {
      Map<Double, Integer> counts = new TreeMap<>();
      Arrays.stream(column.values()).forEach(code -> counts.merge(code, 1, Integer::sum));
      return new Codes(
          counts.keySet().stream().mapToDouble(Double::doubleValue).toArray(),
          Frequencies.of(counts.values().stream().mapToInt(Integer::intValue).toArray()));
    }

    @Override
    public Drawn draw(Columns.Column example, int rows, UniformRandomProvider random) {
      double own = ((Columns.Numbers) example).values()[0];
      double[] values = new double[rows];
      Arrays.setAll(values, i -> i == 0 ? own : codes[frequencies.draw(random)]);
      double[] equal = new double[rows];
      Arrays.setAll(equal, i -> Double.compare(values[i], own) == 0 ? 1 : 0);
      return new Drawn(new Columns.Numbers(example.name(), values), equal);
    }
  }

  /**
   * Numbers cut at the quartiles: a bin at its frequency, and in it a normal variable with the
   * bin's mean and deviation, truncated to it; seen is whether the bin is the example's. Numbers
   * that are missing are a bin of their own, the last.
   *
   * @param bins where the bins end, and how numbers of each are distributed
   */
  record Quarters(double[] cuts, List<Bin> bins, Frequencies frequencies)
      implements ColumnPerturbation {

    /**
     * A bin with the normal distribution that is truncated to it.
     *
     * @param least no number of it is smaller
     * @param most nor larger
     */
    record Bin(double least, double most, double mean, double deviation) {
      double draw(UniformRandomProvider random) {
        return least < most && deviation > 0
            ? Math.min(
                most,
                Math.max(
                    least,
                    TruncatedNormalDistribution.of(mean, deviation, least, most)
                        .inverseCumulativeProbability(random.nextDouble())))
            : mean;
      }
    }

    static Quarters of(Columns.Numbers column) {
      double[] cuts = Quartiles.of(column.values());
      double[] known =
          Arrays.stream(column.values()).filter(value -> !Double.isNaN(value)).toArray();
      int[] counts = new int[cuts.length + 2];
      double[] sums = new double[counts.length];
      double[] squares = new double[counts.length];
      for (double value : column.values()) {
        counts[bin(value, cuts)]++;
        sums[bin(value, cuts)] += value;
      }
      for (double value : known) {
        double from = value - sums[bin(value, cuts)] / counts[bin(value, cuts)];
        squares[bin(value, cuts)] += from * from;
      }
      double least = Arrays.stream(known).min().orElse(Double.NaN);
      double most = Arrays.stream(known).max().orElse(Double.NaN);
      Bin[] bins = new Bin[counts.length];
      for (int b = 0; b < bins.length - 1; b++) {
        bins[b] =
            new Bin(
                b == 0 ? least : cuts[b - 1],
                b == cuts.length ? most : cuts[b],
                sums[b] / counts[b],
                Math.sqrt(squares[b] / counts[b]));
      }
      bins[bins.length - 1] = new Bin(Double.NaN, Double.NaN, Double.NaN, 0);
      return new Quarters(cuts, List.of(bins), Frequencies.of(counts));
    }

    /** The place of the first cut that is no smaller, or of the bin of what is missing. */
    static int bin(double value, double... cuts) {
      if (Double.isNaN(value)) {
        return cuts.length + 1;
      }
      int bin = 0;
      while (bin < cuts.length && value > cuts[bin]) {
        bin++;
      }
      return bin;
    }

    @Override
    public Drawn draw(Columns.Column example, int rows, UniformRandomProvider random) {
      double own = ((Columns.Numbers) example).values()[0];
      double[] values = new double[rows];
      double[] equal = new double[rows];
      values[0] = own;
      equal[0] = 1;
      int ofExample = bin(own, cuts);
      for (int i = 1; i < rows; i++) {
        int bin = frequencies.draw(random);
        values[i] = bins.get(bin).draw(random);
        equal[i] = bin == ofExample ? 1 : 0;
      }
      return new Drawn(new Columns.Numbers(example.name(), values), equal);
    }
  }

  /**
   * Normal numbers with the training data's mean and deviation; seen is the number of deviations
   * from the mean.
   *
   * @param aroundExample whether they are drawn around the example in place of the mean
   */
  record Normal(double mean, double deviation, boolean aroundExample)
      implements ColumnPerturbation {

    static Normal of(Columns.Numbers column, boolean aroundExample) {
      double[] values = column.values();
      for (double value : values) {
        if (Double.isNaN(value)) {
          throw new TouchstoneException(
              "the column \"%s\" has numbers that are missing, and a normal distribution has none; leave .withoutDiscretising() out, which has a bin for them"
                  .formatted(column.name()));
        }
      }
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(value -> (value - mean) * (value - mean)).average().orElse(0);
      return new Normal(mean, Math.sqrt(variance), aroundExample);
    }

    @Override
    public Drawn draw(Columns.Column example, int rows, UniformRandomProvider random) {
      double own = ((Columns.Numbers) example).values()[0];
      ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
      double centre = aroundExample ? own : mean;
      double[] values = new double[rows];
      Arrays.setAll(values, i -> i == 0 ? own : centre + deviation * gaussian.sample());
      double[] scaled = new double[rows];
      Arrays.setAll(scaled, i -> (values[i] - mean) / deviation);
      return new Drawn(new Columns.Numbers(example.name(), values), scaled);
    }
  }
}
