package dev.touchstone.influence.network;

import dev.touchstone.data.Dataset;
import dev.touchstone.graph.Loss;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Representation;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * FastIF (Guo, Rajani, Hase, Bansal and Xiong 2021, section 3): {@link NetworkInfluence} asked only
 * about the training examples that are nearest to a test example in what the last layer sees, by
 * Euclidean distance. The product with the inverse is that of the network influence given, as
 * published LiSSA; the passes over gradients shrink from n to k examples for each test example.
 *
 * <p>Examples that are not asked about have the score 0. Whether those with the largest influence
 * are among the nearest is a guess, which the paper measures by recall; {@code withNeighbours(n)}
 * asks about all and is exact.
 */
public final class FastIf implements InfluenceEstimator {
  private static final int SHARE_OF_MEMORY = 8;

  private final int neighbours;
  private final NetworkInfluence influence;

  private FastIf(int neighbours, NetworkInfluence influence) {
    this.neighbours = neighbours;
    this.influence = influence;
  }

  /** Asks about the 1,000 nearest, the paper's least, by LiSSA on all training data. */
  public static FastIf withDefaults() {
    return new FastIf(1000, NetworkInfluence.withDefaults().using(Lissa.withDefaults()));
  }

  /**
   * Returns a copy that asks about so many; all, if there are no more.
   *
   * @throws IllegalArgumentException for less than one
   */
  public FastIf withNeighbours(int count) {
    Solvers.checkCount("neighbours", count);
    return new FastIf(count, influence);
  }

  /** Returns a copy with another curvature, damping or way to the inverse. */
  public FastIf using(NetworkInfluence other) {
    return new FastIf(neighbours, other);
  }

  @Override
  public String name() {
    return "FastIF, " + influence.name();
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(influence.settings());
    settings.put("neighbours", Integer.toString(neighbours));
    return settings;
  }

  @Override
  public InfluenceScores scores(InfluenceContext context, Dataset test) {
    context.requireSuits(test);
    Dataset training = context.training();
    RunContext run = context.run();
    Representation representation =
        context
            .model()
            .require(
                Representation.class,
                name(),
                "give a network that ends in a linear layer, or take NetworkInfluence, which asks"
                    + " about all training examples");
    NetworkInfluence.Prepared prepared = influence.prepared(context);
    Curvature curvature = prepared.curvature();
    return new InfluenceScores(training.size(), test.size()) {
      @Override
      public void forEach(BlockVisitor visitor) {
        prepared.forEachBlock(
            test,
            (from, directions) -> {
              int count = directions.solutions().length;
              int[][] nearest = nearest(representation, curvature, test, from, from + count);
              Matrix scores = Matrix.zeros(training(), count);
              for (int j = 0; j < count; j++) {
                addProducts(curvature, nearest[j], directions.solutions()[j], scores, j);
                run.progress().step("influence of the nearest", from + j + 1, test());
              }
              Networks.weigh(training, scores);
              visitor.accept(
                  new Block(from, scores, directions.largestResidual(), directions.steps()));
            });
      }
    };
  }

  private static void addProducts(
      Curvature curvature, int[] examples, double[] direction, Matrix scores, int column) {
    Dataset training = curvature.training();
    int step = Networks.chunk(curvature.model(), curvature.run());
    for (int at = 0; at < examples.length; at += step) {
      int[] some = Arrays.copyOfRange(examples, at, Math.min(examples.length, at + step));
      int[] labels = Arrays.stream(some).map(training::label).toArray();
      double[][] products =
          curvature
              .derivatives()
              .gradientProducts(
                  training.batch(some), Loss.crossEntropy(labels), new double[][] {direction});
      for (int i = 0; i < some.length; i++) {
        scores.set(some[i], column, products[i][0] / training.size());
      }
    }
  }

  /** The nearest training examples of some test examples, by places; equals by their places. */
  private int[][] nearest(
      Representation representation, Curvature curvature, Dataset test, int from, int to) {
    Dataset training = curvature.training();
    Matrix asked = rows(representation, curvature, test, from, to);
    Matrix columns = Networks.transposed(asked);
    int kept = Math.min(neighbours, training.size());
    Near[] near = new Near[asked.rows()];
    Arrays.setAll(near, j -> new Near(kept));
    long row = Double.BYTES * (long) (asked.columns() + asked.rows());
    int step =
        (int)
            Math.max(
                1,
                Math.min(
                    training.size(),
                    curvature.run().settings().memoryBytes() / SHARE_OF_MEMORY / row));
    DenseAlgebra algebra =
        DenseAlgebra.forWork(
            2.0 * training.size() * asked.columns() * asked.rows(),
            curvature.run().settings().device());
    for (int first = 0; first < training.size(); first += step) {
      Matrix some =
          rows(representation, curvature, training, first, Math.min(training.size(), first + step));
      Matrix products = algebra.product(some, columns);
      for (int i = 0; i < some.rows(); i++) {
        double length = 0;
        for (int c = 0; c < some.columns(); c++) {
          length += some.get(i, c) * some.get(i, c);
        }
        for (int j = 0; j < near.length; j++) {
          // ‖a − b‖² − ‖b‖², which orders alike.
          near[j].offer(first + i, length - 2 * products.get(i, j));
        }
      }
    }
    return Arrays.stream(near).map(Near::examples).toArray(int[][]::new);
  }

  private static Matrix rows(
      Representation representation, Curvature curvature, Dataset data, int from, int to) {
    int step = Networks.chunk(curvature.model(), curvature.run());
    double[][] rows = new double[to - from][];
    for (int first = from; first < to; first += step) {
      int last = Math.min(to, first + step);
      double[][] some = CheckedAnswers.representation(representation, data.batch(first, last));
      System.arraycopy(some, 0, rows, first - from, some.length);
    }
    return Matrix.ofRows(rows);
  }

  /** The k least distances, a heap whose root is the largest of them. */
  private static final class Near {
    private final int[] examples;
    private final double[] distances;
    private int size;

    Near(int kept) {
      examples = new int[kept];
      distances = new double[kept];
    }

    void offer(int example, double distance) {
      if (size < examples.length) {
        int at = size++;
        while (at > 0 && distances[(at - 1) / 2] < distance) {
          move((at - 1) / 2, at);
          at = (at - 1) / 2;
        }
        put(at, example, distance);
      } else if (distance < distances[0]) {
        int at = 0;
        while (2 * at + 1 < size) {
          int child = 2 * at + 1;
          if (child + 1 < size && distances[child + 1] > distances[child]) {
            child++;
          }
          if (distances[child] <= distance) {
            break;
          }
          move(child, at);
          at = child;
        }
        put(at, example, distance);
      }
    }

    private void move(int from, int to) {
      put(to, examples[from], distances[from]);
    }

    private void put(int at, int example, double distance) {
      examples[at] = example;
      distances[at] = distance;
    }

    int[] examples() {
      int[] sorted = examples.clone();
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /**
   * Returns the network influence's: an example is its own nearest neighbour.
   *
   * @throws TouchstoneException as that does
   */
  @Override
  public double[] selfInfluence(InfluenceContext context) {
    return influence.selfInfluence(context);
  }

  @Override
  public String toString() {
    return name();
  }
}
