package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Tap;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All that vectors and their scores are made of at a tap: inner products of examples' values x, and
 * of tested examples' gradients g with them. A vector is a sum {@code Σⱼ αⱼ xⱼ} with {@code Σⱼ αⱼ =
 * 0}, its directional derivatives are {@code Σⱼ αⱼ (g·xⱼ)}: hundreds of vectors cost no more passes
 * through the network than one, and nothing of the tap's own size.
 *
 * <p>Values are taken less a common reference, which no such sum sees, so that no digits are lost
 * where they all lie far from 0.
 *
 * @param products e × e, symmetric; between {@linkplain Group groups} that are not asked about
 *     together NaN
 * @param derivatives t × e, of the tested examples by the concepts' examples
 */
record TapProducts(Matrix products, Matrix derivatives) {

  /** What inner products may take however little memory a network is given for its batches. */
  private static final long LEAST_ROOM = 64L << 20;

  /**
   * Examples that stand one after the other.
   *
   * @param with the numbers of the groups, this one or others before it, that vectors are learnt
   *     from together with it
   */
  record Group(Dataset data, List<Integer> with) {}

  /** Some examples' values, or gradients, at every tap: d × rows each. */
  private record Block(int first, int rows, List<Matrix> columns) {}

  /** Some examples of a group, counted in all groups. */
  private record Part(int group, int from, int to, int first) {}

  /**
   * Computes them at several taps.
   *
   * @param quantity of the tested examples
   * @return as many as taps, in their order
   */
  static List<TapProducts> of(
      WhiteBox box,
      List<Tap> taps,
      List<Group> groups,
      Dataset tested,
      Quantity quantity,
      RunContext context) {
    Reading reading = new Reading(box, taps, context);
    long examples = groups.stream().mapToLong(group -> group.data().size()).sum();
    requireRoom(examples, tested.size(), taps.size(), context);
    int all = Math.toIntExact(examples);
    List<TapProducts> found = new ArrayList<>();
    for (int t = 0; t < taps.size(); t++) {
      Matrix unknown = Matrix.zeros(all, all);
      Arrays.fill(unknown.values(), Double.NaN);
      found.add(new TapProducts(unknown, Matrix.zeros(tested.size(), all)));
    }
    // A third of the memory each for two blocks, the rest for the network.
    long widths = taps.stream().mapToLong(Tap::size).sum();
    long budget = context.settings().memoryBytes() / 3;
    int rows = (int) Math.max(1, Math.min(1 << 20, budget / (Double.BYTES * widths)));
    List<Part> parts = parts(groups, rows);
    int steps = (tested.size() + rows - 1) / rows + parts.size();
    try (Blocks blocks = new Blocks(reading, groups, parts, all <= rows, widths * all)) {
      for (int p = 0; p < parts.size(); p++) {
        Block block = blocks.first(p);
        for (int q = 0; q <= p; q++) {
          if (groups.get(parts.get(p).group()).with().contains(parts.get(q).group())) {
            Block other = q == p ? block : blocks.again(q);
            for (int t = 0; t < found.size(); t++) {
              reading.fill(found.get(t).products(), block, other, t, true);
            }
          }
        }
        context.progress().step("examples of concepts", p + 1, steps);
      }
      for (int from = 0; from < tested.size(); from += rows) {
        Block gradients =
            reading.gradients(tested, quantity, from, Math.min(tested.size(), from + rows));
        for (int q = 0; q < parts.size(); q++) {
          Block other = blocks.again(q);
          for (int t = 0; t < found.size(); t++) {
            reading.fill(found.get(t).derivatives(), gradients, other, t, false);
          }
        }
        context.progress().step("tested examples", parts.size() + from / rows + 1, steps);
      }
    }
    return found;
  }

  /**
   * The concepts' examples in parts, each of which goes through the network once: kept in memory
   * where all find room there, else put aside on disk.
   */
  private static final class Blocks implements AutoCloseable {
    private final Reading reading;
    private final List<Group> groups;
    private final List<Part> parts;
    private final @Nullable List<Block> kept;
    private final @Nullable SetAside aside;

    Blocks(Reading reading, List<Group> groups, List<Part> parts, boolean keeps, long numbers) {
      this.reading = reading;
      this.groups = groups;
      this.parts = parts;
      this.kept = keeps ? new ArrayList<>() : null;
      this.aside = keeps ? null : SetAside.room(numbers).orElse(null);
    }

    /** A part's values, for the first time; parts come in their order. */
    Block first(int part) {
      Block block = reading.values(groups, parts.get(part));
      if (aside != null) {
        aside.put(part, block.columns());
      }
      reading.centre(block);
      if (kept != null) {
        kept.add(block);
      }
      return block;
    }

    /** The same again. */
    Block again(int part) {
      if (kept != null) {
        return kept.get(part);
      }
      Part of = parts.get(part);
      int rows = of.to() - of.from();
      Block block =
          Optional.ofNullable(aside)
              .flatMap(
                  there ->
                      there.get(
                          part,
                          reading.taps.stream().map(tap -> new int[] {tap.size(), rows}).toList()))
              .map(columns -> new Block(of.first(), rows, columns))
              .orElseGet(() -> reading.values(groups, of));
      reading.centre(block);
      return block;
    }

    @Override
    public void close() {
      if (aside != null) {
        aside.close();
      }
    }
  }

  /** What is kept is the square of the examples, and no portions of them need less. */
  private static void requireRoom(long examples, int tested, int taps, RunContext context) {
    double bytes = (double) Double.BYTES * taps * examples * (examples + tested);
    long budget = Math.max(LEAST_ROOM, context.settings().memoryBytes());
    if (bytes > budget || examples * Math.max(examples, tested) > Integer.MAX_VALUE - 8L) {
      throw new TouchstoneException(
          "the inner products of %d examples of concepts and pools at %d nodes take %.0f MB, and touchstone.memory is %d MB; give fewer examples, data.sample(n, seed), or ask about fewer concepts and nodes at once"
              .formatted(examples, taps, bytes / (1 << 20), budget >> 20));
    }
  }

  private static List<Part> parts(List<Group> groups, int rows) {
    List<Part> parts = new ArrayList<>();
    int first = 0;
    for (int g = 0; g < groups.size(); g++) {
      int size = groups.get(g).data().size();
      for (int from = 0; from < size; from += rows) {
        parts.add(new Part(g, from, Math.min(size, from + rows), first + from));
      }
      first += size;
    }
    return parts;
  }

  /** Inner products of some examples, in a given order. */
  Matrix among(int... examples) {
    Matrix some = Matrix.zeros(examples.length, examples.length);
    for (int i = 0; i < examples.length; i++) {
      for (int j = 0; j < examples.length; j++) {
        some.set(i, j, products.get(examples[i], examples[j]));
      }
    }
    return some;
  }

  /** Reads a network at some taps. */
  private static final class Reading {
    private final WhiteBox box;
    private final List<Tap> taps;
    private final RunContext context;
    private final List<double[]> reference = new ArrayList<>();

    Reading(WhiteBox box, List<Tap> taps, RunContext context) {
      this.box = box;
      this.taps = taps;
      this.context = context;
    }

    Block values(List<Group> groups, Part part) {
      Dataset data = groups.get(part.group()).data();
      Block block = empty(part.first(), part.to() - part.from());
      int atOnce = atOnce(data, false);
      for (int from = part.from(); from < part.to(); from += atOnce) {
        Inputs portion = data.inputs(from, Math.min(part.to(), from + atOnce));
        put(block, from - part.from(), portion, box.values(portion, taps));
      }
      return block;
    }

    /** Takes the reference from values as they come: the mean of the first that are. */
    void centre(Block block) {
      if (reference.isEmpty()) {
        block.columns().forEach(columns -> reference.add(meanOf(columns)));
      }
      for (int t = 0; t < reference.size(); t++) {
        double[] mean = reference.get(t);
        double[] columns = block.columns().get(t).values();
        for (int d = 0; d < mean.length; d++) {
          for (int i = 0; i < block.rows(); i++) {
            columns[d * block.rows() + i] -= mean[d];
          }
        }
      }
    }

    Block gradients(Dataset tested, Quantity quantity, int first, int end) {
      Block block = empty(first, end - first);
      int atOnce = atOnce(tested, true);
      for (int from = first; from < end; from += atOnce) {
        int to = Math.min(end, from + atOnce);
        Inputs portion = tested.inputs(from, to);
        put(
            block,
            from - first,
            portion,
            box.gradients(
                portion,
                quantity.ofRows(IntStream.range(from, to).toArray()),
                taps,
                BackwardRules.derivatives()));
      }
      return block;
    }

    private int atOnce(Dataset data, boolean gradients) {
      return box.batchSize(context.settings().memoryBytes() / 3, gradients, data.inputs(0, 1));
    }

    private Block empty(int first, int rows) {
      return new Block(
          first, rows, taps.stream().map(tap -> Matrix.zeros(tap.size(), rows)).toList());
    }

    /** Puts a portion's rows into columns; found are by tap, in their order. */
    private void put(Block block, int at, Inputs portion, Map<Tap, Activations> found) {
      int tap = 0;
      for (Activations there : found.values()) {
        double[][] rows = CheckedAnswers.innerRows(box.name(), there, portion);
        double[] columns = block.columns().get(tap++).values();
        for (int i = 0; i < rows.length; i++) {
          for (int d = 0; d < rows[i].length; d++) {
            columns[d * block.rows() + at + i] = rows[i][d];
          }
        }
      }
    }

    private static double[] meanOf(Matrix columns) {
      double[] mean = new double[columns.rows()];
      for (int d = 0; d < mean.length; d++) {
        for (int i = 0; i < columns.columns(); i++) {
          mean[d] += columns.get(d, i) / columns.columns();
        }
      }
      return mean;
    }

    void fill(Matrix into, Block a, Block b, int tap, boolean symmetric) {
      double work = 2.0 * taps.get(tap).size() * into.rows() * into.columns();
      Matrix found =
          DenseAlgebra.forWork(work, context.settings().device())
              .crossProduct(a.columns().get(tap), b.columns().get(tap));
      for (int i = 0; i < a.rows(); i++) {
        for (int j = 0; j < b.rows(); j++) {
          into.set(a.first() + i, b.first() + j, found.get(i, j));
          if (symmetric) {
            into.set(b.first() + j, a.first() + i, found.get(i, j));
          }
        }
      }
    }
  }
}
