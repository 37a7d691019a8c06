package dev.touchstone.measuring;

import dev.touchstone.calibration.CalibrationErrorIncrease;
import dev.touchstone.calibration.Confidences;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Claim;
import dev.touchstone.metric.AreaUnderRoc;
import dev.touchstone.metric.BrierScore;
import dev.touchstone.metric.Calibration;
import dev.touchstone.metric.ClassificationMetric;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.NegativeFlips;
import dev.touchstone.metric.Outcomes;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Auroc;
import dev.touchstone.statistics.AurocLoss;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.IndependentDifference;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.MeanEstimate;
import dev.touchstone.statistics.Proportion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How often the 95 % intervals of paired comparisons hold the truth: per metric, number of examples
 * and pair of models, one CSV line with the coverage of the upper limit (which decides PASS), of
 * the lower limit (which decides FAIL) and of both.
 *
 * <p>Two binary classifiers of one truth: their logits are the true ones times a factor (1 is
 * calibrated, 3 is over-confident), plus a shift, plus noise of their own. Lines "from a baseline"
 * are of the same pairs where one interval (of a rate: the count) is all that is kept of the
 * approved model. Besides: error rates by enumeration of all outcomes, clustered examples, and
 * candidates that are the approved model but for a rare and large change, which most samples do not
 * show. Arguments: the number of runs a cell, 2,000 by default; {@code pairs} to leave out what is
 * besides.
 */
final class PairedCoverage {
  private static final RunContext CONTEXT =
      RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private static final int POPULATION = 400_000;

  private PairedCoverage() {}

  /** One of the two models. */
  private record Model(double factor, double shift, double noise) {}

  /** What both say of the same examples. */
  private record Sample(double[] truth, int[] labels, double[] candidate, double[] approved) {

    static Sample draw(int n, double spread, Model candidate, Model approved, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      Sample sample = new Sample(new double[n], new int[n], new double[n], new double[n]);
      for (int i = 0; i < n; i++) {
        double logit = spread * random.nextGaussian();
        sample.truth[i] = logistic(logit);
        sample.labels[i] = random.nextDouble() < sample.truth[i] ? 1 : 0;
        sample.candidate[i] = said(candidate, logit, random);
        sample.approved[i] = said(approved, logit, random);
      }
      return sample;
    }

    private static double said(Model model, double logit, SplittableRandom random) {
      return logistic(model.factor * logit + model.shift + model.noise * random.nextGaussian());
    }

    private static double logistic(double logit) {
      return 1 / (1 + Math.exp(-logit));
    }

    int size() {
      return labels.length;
    }
  }

  /** A cell of the grid. */
  private record Pair(String name, double spread, Model candidate, Model approved) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair("alike and calibrated", 2, new Model(1, 0, 0.05), new Model(1, 0, 0.05)),
          new Pair("unlike and calibrated", 2, new Model(1, 0, 0.8), new Model(1, 0, 0.8)),
          new Pair("rare flips", 6, new Model(1, 0, 0.05), new Model(1, 0, 0.05)),
          new Pair("became over-confident", 2, new Model(3, 0, 0.1), new Model(1, 0, 0.1)),
          new Pair("both over-confident", 2, new Model(3, 0, 0.2), new Model(3.3, 0, 0.2)),
          new Pair("became modest", 2, new Model(0.5, 0, 0.1), new Model(2, 0, 0.1)),
          new Pair("became too sure of modest", 2, new Model(1.4, 0, 0.1), new Model(0.7, 0, 0.1)),
          new Pair("became worse", 2, new Model(1, 0, 1.5), new Model(1, 0, 0.1)),
          new Pair("rarely far off", 6, new Model(1, 1.5, 0.1), new Model(1, 0, 0.1)));

  public static void main(String[] arguments) {
    int runs = arguments.length == 0 ? 2000 : Integer.parseInt(arguments[0]);
    System.out.println("metric,n,pair,truth,lower,upper,upper holds,lower holds,both hold");
    if (arguments.length < 2) {
      enumerated();
      clustered(runs);
      rarelyToTheBottom(runs);
      rarelyCertain(runs);
    }
    for (int n : new int[] {50, 300, 2000}) {
      for (Pair pair : PAIRS) {
        sampled(pair, n, runs, truths(pair));
      }
    }
  }

  private static final List<ClassificationMetric> METRICS =
      List.of(
          ErrorRate.withDefaults(),
          NegativeFlips.withDefaults(),
          BrierScore.withDefaults(),
          AreaUnderRoc.ofClass(1),
          Calibration.withDefaults());

  private static void sampled(Pair pair, int n, int runs, Map<String, Double> truths) {
    Map<String, Tally> tallies = new LinkedHashMap<>();
    for (int run = 0; run < runs; run++) {
      Sample sample = Sample.draw(n, pair.spread, pair.candidate, pair.approved, run);
      Dataset data = data(sample);
      for (ClassificationMetric metric : METRICS) {
        if (metric instanceof AreaUnderRoc && rarer(sample) < 2) {
          continue;
        }
        Outcomes candidate = outcomes(metric, sample, sample.candidate, data);
        Outcomes approved = outcomes(metric, sample, sample.approved, data);
        double truth =
            metric instanceof Calibration
                ? binned(sample, sample.candidate) - binned(sample, sample.approved)
                : known(truths, metric);
        tallies
            .computeIfAbsent(metric.worsening(), key -> new Tally())
            .add(metric.regression(candidate, approved).interval(0.95), truth);
        Optional<Interval> unpaired =
            metric
                .value(candidate)
                .map(value -> metric.unpaired(value, recorded(metric.value(approved))))
                .map(difference -> difference.interval(0.95));
        if (unpaired.isPresent()) {
          tallies
              .computeIfAbsent(metric.worsening() + " from a baseline", key -> new Tally())
              .add(unpaired.get(), truth);
        }
      }
      // Beside it: what Student's t on the same differences of Brier scores would do.
      double[] differences = new double[n];
      for (int i = 0; i < n; i++) {
        differences[i] =
            2 * Math.pow(sample.candidate[i] - sample.labels[i], 2)
                - 2 * Math.pow(sample.approved[i] - sample.labels[i], 2);
      }
      tallies
          .computeIfAbsent("(Student's t of the Brier score)", key -> new Tally())
          .add(
              MeanEstimate.of(differences).interval(0.95),
              known(truths, BrierScore.withDefaults()));
    }
    tallies.forEach((metric, tally) -> tally.print(metric, n, pair.name));
  }

  /** What a baseline without outcomes keeps of a value: a count, or one interval. */
  private static Estimate recorded(Optional<Estimate> value) {
    Estimate estimate = value.orElseThrow();
    return estimate instanceof Proportion
        ? estimate
        : IndependentDifference.known(
            estimate.value(),
            estimate.interval(Claim.LEVEL),
            estimate.sampleSize(),
            estimate.unit());
  }

  /** How many examples the rarer class has. */
  private static int rarer(Sample sample) {
    int positives = Arrays.stream(sample.labels).sum();
    return Math.min(positives, sample.size() - positives);
  }

  private static Dataset data(Sample sample) {
    return Dataset.named("sample")
        .features(FeatureStore.inMemory(new float[sample.size()], 1))
        .labels(sample.labels)
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static Outcomes outcomes(
      ClassificationMetric metric, Sample sample, double[] said, Dataset data) {
    double[][] rows = new double[said.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = metric.outcome(new double[] {1 - said[i], said[i]}, sample.labels[i]);
    }
    return Outcomes.given(rows, "model", data, CONTEXT);
  }

  private static double known(Map<String, Double> truths, ClassificationMetric metric) {
    return Objects.requireNonNull(truths.get(metric.quantity()), metric.quantity());
  }

  /** The truths of a pair, over a large population and with the true probabilities. */
  private static Map<String, Double> truths(Pair pair) {
    Sample population =
        Sample.draw(POPULATION, pair.spread, pair.candidate, pair.approved, 1L << 40);
    double errors = 0;
    double flips = 0;
    double brier = 0;
    for (int i = 0; i < POPULATION; i++) {
      double wrongNow = wrong(population.candidate[i], population.truth[i]);
      double wrongBefore = wrong(population.approved[i], population.truth[i]);
      boolean flipped = population.candidate[i] > 0.5 != population.approved[i] > 0.5;
      errors += (wrongNow - wrongBefore) / POPULATION;
      flips += (flipped ? wrongNow : 0) / POPULATION;
      brier +=
          2
              * (Math.pow(population.candidate[i] - population.truth[i], 2)
                  - Math.pow(population.approved[i] - population.truth[i], 2))
              / POPULATION;
    }
    boolean[] positive = new boolean[POPULATION];
    for (int i = 0; i < POPULATION; i++) {
      positive[i] = population.labels[i] == 1;
    }
    double loss =
        Auroc.of(population.approved, positive).value()
            - Auroc.of(population.candidate, positive).value();
    return Map.of(
        ErrorRate.withDefaults().quantity(),
        errors,
        NegativeFlips.withDefaults().quantity(),
        flips,
        BrierScore.withDefaults().quantity(),
        brier,
        AreaUnderRoc.ofClass(1).quantity(),
        loss);
  }

  private static double wrong(double said, double truth) {
    return said > 0.5 ? 1 - truth : truth;
  }

  /** The binned error of the population with these confidences. */
  private static double binned(Sample sample, double[] said) {
    double[] gaps = new double[10];
    for (int i = 0; i < said.length; i++) {
      double confidence = Math.max(said[i], 1 - said[i]);
      gaps[Math.max(0, (int) Math.ceil(confidence * 10) - 1)] +=
          confidence - (1 - wrong(said[i], sample.truth[i]));
    }
    return Arrays.stream(gaps).map(Math::abs).sum() / said.length;
  }

  /** Error rates: the exact coverage, over all numbers of newly wrong and newly right examples. */
  private static void enumerated() {
    for (int n : new int[] {10, 30, 100, 300, 1000}) {
      for (double worse : new double[] {0, 0.001, 0.01, 0.05, 0.2}) {
        for (double better : new double[] {0, 0.001, 0.01, 0.05, 0.2}) {
          enumerate(n, worse, better);
        }
      }
    }
  }

  private static void enumerate(int n, double worse, double better) {
    Tally tally = new Tally();
    BinomialDistribution ofWorse = BinomialDistribution.of(n, worse);
    for (int b = 0; b <= n && ofWorse.survivalProbability(b - 1) > 1e-7; b++) {
      BinomialDistribution ofBetter = BinomialDistribution.of(n - b, better / (1 - worse));
      for (int c = 0; c <= n - b && ofBetter.survivalProbability(c - 1) > 1e-7; c++) {
        double probability = ofWorse.probability(b) * ofBetter.probability(c);
        if (probability > 1e-8) {
          double[] changes = new double[n];
          Arrays.fill(changes, 0, b, 1);
          Arrays.fill(changes, b, b + c, -1);
          tally.add(BoundedMean.of(changes, -1, 1).interval(0.95), worse - better, probability);
        }
      }
    }
    tally.print("error rate increase", n, "exact; newly wrong " + worse + " right " + better);
  }

  /** Error rates of clusters of 2 to 11 examples that tend to change together. */
  private static void clustered(int runs) {
    for (int clusters : new int[] {10, 30, 100}) {
      for (double correlation : new double[] {0.01, 0.3}) {
        for (double[] rates : new double[][] {{0.02, 0.02}, {0.1, 0.05}, {0.02, 0}}) {
          Tally tally = new Tally();
          for (int run = 0; run < runs; run++) {
            SplittableRandom random = new SplittableRandom(run);
            int[] sizes = random.ints(clusters, 2, 12).toArray();
            int n = Arrays.stream(sizes).sum();
            double[] changes = new double[n];
            int[] cluster = new int[n];
            int i = 0;
            for (int g = 0; g < clusters; g++) {
              i = fill(changes, cluster, i, g, sizes[g], rates, correlation, random);
            }
            tally.add(
                BoundedMean.ofClustered(changes, cluster, 11, -1, 1).interval(0.95),
                rates[0] - rates[1]);
          }
          tally.print(
              "error rate increase",
              clusters,
              "clusters; newly wrong "
                  + rates[0]
                  + " right "
                  + rates[1]
                  + " correlation "
                  + correlation);
        }
      }
    }
  }

  /** AUROC: the candidate sends a positive to the bottom with a small probability. */
  private static void rarelyToTheBottom(int runs) {
    double[][] cells = {
      {100, 100, 0.36, 0.01},
      {100, 400, 0.36, 0.01},
      {200, 200, 1, 0.005},
      {500, 500, 0.36, 0.002},
      {50, 200, 0.7, 0.02},
      {300, 3000, 2, 0.003}
    };
    for (double[] cell : cells) {
      int positives = (int) cell[0];
      int n = positives + (int) cell[1];
      double area = NormalDistribution.of(0, 1).cumulativeProbability(cell[2] / Math.sqrt(2));
      Tally tally = new Tally();
      for (int run = 0; run < runs; run++) {
        SplittableRandom random = new SplittableRandom(run);
        double[] approved = new double[n];
        double[] candidate = new double[n];
        boolean[] positive = new boolean[n];
        for (int i = 0; i < n; i++) {
          positive[i] = i < positives;
          approved[i] = random.nextGaussian() + (positive[i] ? cell[2] : 0);
          candidate[i] = positive[i] && random.nextDouble() < cell[3] ? -1000 : approved[i];
        }
        tally.add(AurocLoss.of(candidate, approved, positive).interval(0.95), cell[3] * area);
      }
      tally.print(
          "AUROC loss",
          n,
          positives + " positives; area " + area + "; one of " + 1 / cell[3] + " to the bottom");
    }
  }

  /** Calibration: the candidate says .99 in place of .6 with a small probability. */
  private static void rarelyCertain(int runs) {
    for (double[] cell : new double[][] {{100, 0.01}, {300, 0.005}, {1000, 0.001}, {3000, 0.001}}) {
      int n = (int) cell[0];
      Tally tally = new Tally();
      for (int run = 0; run < runs; run++) {
        SplittableRandom random = new SplittableRandom(run);
        double[] approved = new double[n];
        double[] candidate = new double[n];
        boolean[] right = new boolean[n];
        boolean[] same = new boolean[n];
        Arrays.fill(approved, 0.6);
        Arrays.fill(same, true);
        for (int i = 0; i < n; i++) {
          candidate[i] = random.nextDouble() < cell[1] ? 0.99 : 0.6;
          right[i] = random.nextDouble() < 0.6;
        }
        tally.add(
            CalibrationErrorIncrease.of(
                    new Confidences(candidate, right), new Confidences(approved, right), same, 10)
                .interval(0.95),
            (0.99 - 0.6) * cell[1]);
      }
      tally.print("ECE increase", n, "one of " + 1 / cell[1] + " says .99 for .6");
    }
  }

  /** A Pólya urn of three colours: worse, better, the same. */
  private static int fill(
      double[] changes,
      int[] cluster,
      int from,
      int number,
      int size,
      double[] rates,
      double correlation,
      SplittableRandom random) {
    double weight = (1 - correlation) / correlation;
    double worse = weight * rates[0];
    double better = weight * rates[1];
    for (int k = 0; k < size; k++) {
      double u = random.nextDouble() * (weight + k);
      cluster[from + k] = number;
      if (u < worse) {
        changes[from + k] = 1;
        worse++;
      } else if (u < worse + better) {
        changes[from + k] = -1;
        better++;
      }
    }
    return from + size;
  }

  /** Counts which limits held. */
  private static final class Tally {
    private double total;
    private double upperHeld;
    private double lowerHeld;
    private double bothHeld;
    private double lower;
    private double upper;
    private double truths;

    void add(Interval interval, double truth) {
      add(interval, truth, 1);
    }

    void add(Interval interval, double truth, double weight) {
      total += weight;
      upperHeld += truth <= interval.upper() ? weight : 0;
      lowerHeld += truth >= interval.lower() ? weight : 0;
      bothHeld += interval.contains(truth) ? weight : 0;
      lower += weight * interval.lower();
      upper += weight * interval.upper();
      truths += weight * truth;
    }

    void print(String metric, int n, String pair) {
      System.out.println(
          String.format(
              Locale.ROOT,
              "%s,%d,%s,%.5f,%.5f,%.5f,%.4f,%.4f,%.4f",
              metric,
              n,
              pair,
              truths / total,
              lower / total,
              upper / total,
              upperHeld / total,
              lowerHeld / total,
              bothHeld / total));
    }
  }
}
