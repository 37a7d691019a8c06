package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Probabilities;
import dev.touchstone.statistics.Softmax;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Turns a model's raw outputs into probabilities, after counting them and checking that every row
 * of every batch is what was declared. The kind is never derived: logits may look like anything, so
 * that only {@link CheckedAnswers} can say, of all rows together, that they look like something
 * else.
 */
final class Outputs {
  private final OutputKind kind;
  private final String model;

  /** Whether a batch was seen whose shape tells its examples from its classes. */
  private volatile boolean examplesFirst;

  Outputs(OutputKind kind, String model) {
    this.kind = kind;
    this.model = model;
  }

  OutputKind kind() {
    return kind;
  }

  /**
   * Class probabilities of a batch.
   *
   * @param compute the model: n × k raw outputs of n examples; k = 1 is a binary model's output for
   *     class 1
   * @throws TouchstoneException for outputs that are not one row for each example, or a row that is
   *     no answer
   */
  Predictions predict(Inputs batch, Function<Inputs, double[][]> compute) {
    return toPredictions(examplesFirst(batch, compute));
  }

  /** Class probabilities of a batch of features alone. */
  Predictions predict(Tensor batch, Function<Tensor, double[][]> compute) {
    return toPredictions(examplesFirst(batch, compute));
  }

  /**
   * Raw outputs with the examples along the first axis: where there are as many as classes, another
   * number of them has to tell.
   */
  double[][] examplesFirst(Inputs batch, Function<Inputs, double[][]> compute) {
    if (batch.rows() == 0) {
      throw new TouchstoneException(
          model + " was asked about a batch of no examples; give at least one");
    }
    double[][] raw = counted(compute.apply(batch), batch.rows());
    boolean square = raw.length == raw[0].length;
    if (!examplesFirst && square && raw.length > 1) {
      counted(compute.apply(withLastTwice(batch)), batch.rows() + 1);
    }
    // One number from one example has no axes to be mistaken for each other.
    examplesFirst |= !square || raw.length > 1;
    return raw;
  }

  /** Raw outputs of features alone with the examples along the first axis. */
  double[][] examplesFirst(Tensor batch, Function<Tensor, double[][]> compute) {
    return examplesFirst(Inputs.of(batch), inputs -> compute.apply(inputs.features()));
  }

  /**
   * Refuses a model whose examples do not lie along the first axis, before its outputs are selected
   * from; costs one evaluation of the first batch.
   */
  void requireExamplesFirst(Tensor batch, Function<Tensor, double[][]> compute) {
    requireExamplesFirst(Inputs.of(batch), inputs -> compute.apply(inputs.features()));
  }

  /** The same of all that the model takes. */
  void requireExamplesFirst(Inputs batch, Function<Inputs, double[][]> compute) {
    if (!examplesFirst && batch.rows() > 0) {
      examplesFirst(withLastTwice(batch), compute);
    }
  }

  private static Inputs withLastTwice(Inputs batch) {
    return batch.select(
        IntStream.rangeClosed(0, batch.rows()).map(i -> Math.min(i, batch.rows() - 1)).toArray());
  }

  private double[][] counted(double[][] raw, int n) {
    if (raw == null || raw.length != n) {
      throw new TouchstoneException(
          "%s made %s of %d %s; the first axis has to be the examples', with one row for each"
              .formatted(
                  model,
                  raw == null ? "nothing" : raw.length + " rows",
                  n,
                  n == 1 ? "example" : "examples"));
    }
    for (int i = 0; i < n; i++) {
      if (raw[i] == null || raw[i].length == 0 || raw[i].length != raw[0].length) {
        throw new TouchstoneException(
            "%s made %s for row %d of the batch%s; give each example the same k numbers, one a class"
                .formatted(
                    model,
                    raw[i] == null ? "nothing" : raw[i].length + " numbers",
                    i,
                    i == 0 ? "" : " and " + raw[0].length + " for row 0"));
      }
    }
    return raw;
  }

  /** Class probabilities of rows that were counted. */
  Predictions toPredictions(double[][] raw) {
    for (int i = 0; i < raw.length; i++) {
      String fault = fault(raw[i]);
      if (!fault.isEmpty()) {
        throw new InvalidAnswerException(
            model, "was declared to emit " + kind, i, raw[i], fault + cure(raw, i));
      }
    }
    double[][] probabilities = new double[raw.length][];
    for (int i = 0; i < raw.length; i++) {
      probabilities[i] = toProbabilities(raw[i], kind);
    }
    return Predictions.ofChecked(
        probabilities, kind.isOfRealNumbers() ? Resemblance.of(raw) : Resemblance.UNKNOWN);
  }

  /** What makes a row no answer; empty if it is one. */
  private String fault(double[] row) {
    boolean allMinusInfinity = true;
    for (double value : row) {
      if (Double.isNaN(value) || value == Double.POSITIVE_INFINITY) {
        return value + " is never an answer";
      }
      allMinusInfinity &= value == Double.NEGATIVE_INFINITY;
    }
    if (allMinusInfinity) {
      return "-Infinity for every class is no answer";
    }
    return switch (kind) {
      case LOGITS -> "";
      case MARGIN ->
          row.length == 1
              ? ""
              : "a margin is one number, that of class 1, and these are %d".formatted(row.length);
      case VALUES, INTERVALS -> throw new IllegalStateException("values are no classes' scores");
      case PROBABILITIES -> Predictions.fault(row);
      case LOG_PROBABILITIES -> {
        String ofExponentials = Predictions.fault(exponentials(row));
        yield ofExponentials.isEmpty() ? "" : "of its exponentials " + ofExponentials;
      }
    };
  }

  private static double[] exponentials(double[] row) {
    return Arrays.stream(row).map(Math::exp).toArray();
  }

  private String cure(double[][] raw, int bad) {
    if (!Arrays.stream(raw[bad]).allMatch(Double::isFinite)) {
      return "; are the inputs preprocessed as in training, and do weights or scores overflow?";
    }
    if (kind == OutputKind.MARGIN) {
      return "; declare outputs = LOGITS, one for each class";
    }
    OutputKind looksLike = Resemblance.of(raw).kind();
    boolean none = Arrays.stream(raw).noneMatch(row -> fault(row).isEmpty());
    if (looksLike != OutputKind.LOGITS || (none && !isInUnitInterval(raw))) {
      return "; the batch looks like " + looksLike + ": declare outputs = " + looksLike;
    }
    // Of many rows of sigmoids one may sum to 1.
    boolean mostly =
        2 * Arrays.stream(raw).filter(row -> fault(row).isEmpty()).count() < raw.length;
    if (kind == OutputKind.PROBABILITIES && mostly && isInUnitInterval(raw)) {
      return "; is each the probability of a label of its own, as a sigmoid makes them? Then ask for one label at a time, .ofLabel(0, %d). Of classes, divide by their sum in the model, as a softmax does"
          .formatted(raw[bad].length);
    }
    return "; divide by the sum over the classes in the model, as a softmax does, or declare"
        + " outputs = LOGITS if these are scores";
  }

  private static boolean isInUnitInterval(double[][] raw) {
    return Arrays.stream(raw)
        .flatMapToDouble(Arrays::stream)
        .allMatch(Probabilities::isProbability);
  }

  private static double[] toProbabilities(double[] row, OutputKind kind) {
    if (row.length == 1) {
      double p =
          switch (kind) {
            case LOGITS, MARGIN -> 1 / (1 + Math.exp(-row[0]));
            case PROBABILITIES -> row[0];
            case LOG_PROBABILITIES -> Math.exp(row[0]);
            case VALUES, INTERVALS ->
                throw new IllegalStateException("values are no classes' scores");
          };
      return Predictions.withoutRounding(new double[] {1 - p, p});
    }
    // Of log-probabilities it gives back the probabilities, exactly normalised.
    return kind == OutputKind.PROBABILITIES ? Predictions.withoutRounding(row) : Softmax.of(row);
  }
}
