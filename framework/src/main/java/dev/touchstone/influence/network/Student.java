package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.RandomProjection;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.similarity.Pearson;
import dev.touchstone.statistics.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A linear model that mimics a network (thesis, appendix A.1): a multinomial logistic regression on
 * what all of the network's layers make of an example, projected at random, with the network's
 * probabilities as its targets. How well it mimics is measured ({@link #fidelity}).
 */
public final class Student {
  private final Classifier teacher;
  private final WhiteBox box;
  private final List<Tap> taps;
  private final RandomProjection projection;
  private final RunContext run;
  private final FittedHead head;

  private Student(
      Classifier teacher,
      WhiteBox box,
      List<Tap> taps,
      RandomProjection projection,
      Dataset training,
      LogisticHead kind,
      RunContext run) {
    this.teacher = teacher;
    this.box = box;
    this.taps = taps;
    this.projection = projection;
    this.run = run;
    HeadData data =
        HeadData.of(encode(training), probabilities(training)).computedOn(run.settings().device());
    this.head = kind.fit(training.trainingWeights().map(data::weightedBy).orElse(data));
  }

  /** Teaches one. */
  static Student of(
      Classifier teacher,
      Dataset training,
      int dimensions,
      LogisticHead kind,
      String who,
      RunContext run) {
    WhiteBox box = Networks.whiteBox(teacher, who);
    List<Tap> taps = new ArrayList<>();
    for (Layer layer : box.layers()) {
      Tap tap = box.tap(layer);
      if (!taps.contains(tap)) {
        taps.add(tap);
      }
    }
    if (taps.isEmpty()) {
      throw new TouchstoneException(
          "%s needs layers whose values it can read, and %s has none"
              .formatted(who, teacher.name()));
    }
    long seed = run.random().of("student").nextLong();
    return new Student(
        teacher, box, taps, RandomProjection.rademacher(dimensions, seed), training, kind, run);
  }

  /**
   * How alike student and network answer.
   *
   * @param correlation Pearson's, of their probabilities of all examples and classes
   * @param agreement the share of examples of which both name the same class
   * @param examples of how many
   */
  public record Fidelity(double correlation, double agreement, int examples) {

    /** Says it in a sentence. */
    public String describe() {
      return "the student's probabilities correlate with the network's by %.3f, and both name the same class for %.1f %% of %d examples"
          .formatted(correlation, 100 * agreement, examples);
    }
  }

  /** Returns the logistic regression, fitted to the network's probabilities. */
  public FittedHead head() {
    return head;
  }

  /**
   * Returns what the student sees of data, a chunk at a time: the values behind every layer,
   * projected together.
   *
   * @return n × the projection's dimensions
   */
  public RowSource encode(Dataset data) {
    return new RowSource() {
      @Override
      public int rows() {
        return data.size();
      }

      @Override
      public int columns() {
        return projection.dimensions();
      }

      @Override
      public int chunk() {
        return Networks.chunk(box, run);
      }

      @Override
      public void read(int from, int to, double[] into) {
        for (int first = from; first < to; first += chunk()) {
          int last = Math.min(to, first + chunk());
          double[][] rows = projection.projectEach(embedded(data, first, last));
          for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, into, (first - from + i) * columns(), columns());
          }
        }
      }
    };
  }

  /** The values behind all layers, one behind the other. */
  private double[][] embedded(Dataset data, int from, int to) {
    Tensor batch = data.batch(from, to);
    Map<Tap, Activations> values = box.values(batch, taps);
    List<double[][]> parts = new ArrayList<>();
    for (Tap tap : taps) {
      Activations inside = Objects.requireNonNull(values.get(tap));
      parts.add(CheckedAnswers.innerRows(teacher.name(), inside, batch));
    }
    double[][] rows = new double[to - from][];
    for (int i = 0; i < rows.length; i++) {
      int example = i;
      rows[i] = parts.stream().flatMapToDouble(part -> Arrays.stream(part[example])).toArray();
    }
    return rows;
  }

  private Matrix probabilities(Dataset data) {
    Predictions answers = CheckedAnswers.of(teacher, data, run.settings().memoryBytes());
    double[][] rows = new double[data.size()][];
    Arrays.setAll(rows, answers::probabilities);
    return Matrix.ofRows(rows);
  }

  /** Returns how alike student and network answer data, which should be others than learnt from. */
  public Fidelity fidelity(Dataset data) {
    Matrix expected = probabilities(data);
    Matrix answered = head.logits(encode(data));
    int k = answered.columns();
    int same = 0;
    for (int i = 0; i < answered.rows(); i++) {
      Softmax.inPlace(answered.values(), i * k, k);
      same += largest(answered.row(i)) == largest(expected.row(i)) ? 1 : 0;
    }
    return new Fidelity(
        Pearson.of(answered.values(), expected.values()), (double) same / data.size(), data.size());
  }

  private static int largest(double[] row) {
    int best = 0;
    for (int c = 1; c < row.length; c++) {
      best = row[c] > row[best] ? c : best;
    }
    return best;
  }
}
