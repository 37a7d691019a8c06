package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.BatchAxis;
import dev.touchstone.graph.FixedBatch;
import dev.touchstone.graph.GraphInputs;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.graph.onnx.OnnxLabel;
import dev.touchstone.model.RuntimeWire.Open;
import dev.touchstone.model.RuntimeWire.Output;
import dev.touchstone.model.RuntimeWire.Reply;
import dev.touchstone.model.RuntimeWire.Run;
import dev.touchstone.model.RuntimeWire.Status;
import dev.touchstone.model.RuntimeWire.Value;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session of ONNX Runtime, which knows every operator of the standard and no gradients. It runs
 * in a {@linkplain RuntimeProcess process of its own}: a model that ends this is refused.
 */
final class OnnxRuntime {
  /**
   * Of every session, on every machine: with more, how many examples and processors there are
   * decides in which order an ensemble's trees are added, and so to which class a tied vote falls.
   */
  static final int THREADS = 1;

  private static final Pattern MISSING_LOCALE =
      Pattern.compile("Failed to construct locale with name:([\\w.-]+\\w)");

  /** Of a model that takes any number of examples: enough to hide what asking costs. */
  private static final int PORTION = 1024;

  private static final AtomicInteger SESSIONS = new AtomicInteger();

  /** Held by one that asks again after the process ended, so that it is known whose end it was. */
  private static final ReadWriteLock ALONE = new ReentrantReadWriteLock();

  private final OnnxFile file;
  private final GraphInputs inputs;
  private final boolean keepsBatches;
  private final int number = SESSIONS.incrementAndGet();

  /** Held while the session is in use, and by who closes it. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private @Nullable RuntimeProcess openIn;
  private volatile @Nullable String ends;
  private boolean closed;

  private OnnxRuntime(OnnxFile file, boolean keepsBatches) {
    this.file = file;
    this.keepsBatches = keepsBatches || !file.quantisingOperators().isEmpty();
    this.inputs = new GraphInputs(file.name(), file.inputs());
  }

  /**
   * Opens a session.
   *
   * @throws TouchstoneException if ONNX Runtime refuses the model
   * @throws LinkageError if it is not there, or not for this platform
   */
  static OnnxRuntime open(OnnxFile file) {
    return open(file, false);
  }

  /**
   * Opens a session.
   *
   * @param keepsBatches whether a batch is asked about as a whole, as answers depend on it
   */
  static OnnxRuntime open(OnnxFile file, boolean keepsBatches) {
    OnnxRuntime runtime = new OnnxRuntime(file, keepsBatches);
    runtime.asked(null);
    return runtime;
  }

  /** Opens the session where it is not open, and asks; the process's end is no one's at first. */
  private Reply asked(@Nullable Run run) {
    String known = ends;
    if (known != null) {
      throw new TouchstoneException(known);
    }
    try {
      return asked(run, ALONE.readLock());
    } catch (RuntimeProcess.Ended first) {
      try {
        return asked(run, ALONE.writeLock());
      } catch (RuntimeProcess.Ended again) {
        String message =
            ("%s ended the process in which ONNX Runtime %s it (%s). The file is corrupt, or its"
                    + " exporter or ONNX Runtime is at fault: check it with onnx.checker, or export"
                    + " it with other operators")
                .formatted(file.name(), run == null ? "opened" : "ran", again.getMessage());
        ends = message;
        throw new TouchstoneException(message, again);
      }
    }
  }

  private Reply asked(@Nullable Run run, Lock lock) throws RuntimeProcess.Ended {
    lock.lock();
    try {
      RuntimeProcess process = opened();
      return run == null ? Reply.done(List.of()) : process.ask(run);
    } finally {
      lock.unlock();
    }
  }

  private synchronized RuntimeProcess opened() throws RuntimeProcess.Ended {
    RuntimeProcess process = RuntimeProcess.current();
    if (process != openIn) {
      Reply opened = process.ask(request());
      if (opened.status() == Status.NO_LIBRARY) {
        throw new UnsatisfiedLinkError(opened.message());
      }
      if (opened.status() != Status.DONE) {
        throw new TouchstoneException(
            "ONNX Runtime refuses %s: %s%s"
                .formatted(file.name(), opened.message(), cure(opened.message())));
      }
      openIn = process;
    }
    return process;
  }

  /** Texts are made lower case by a locale of the system, which containers mostly lack. */
  private static String cure(String refusal) {
    Matcher locale = MISSING_LOCALE.matcher(refusal);
    return locale.find()
        ? "; install this locale where the tests run, on Debian and Ubuntu by apt-get install locales and localedef -i %s -f UTF-8 %s"
            .formatted(locale.group(1).split("\\.")[0], locale.group(1))
        : "";
  }

  private Open request() {
    Optional<Path> path = file.pathForExternalData().map(Path::toAbsolutePath);
    boolean asItLies = path.isPresent() && file.bytesToRun() == file.bytes();
    return new Open(
        number,
        asItLies ? path.get().toString() : "",
        path.isPresent() && !asItLies ? String.valueOf(path.get().getParent()) : "",
        asItLies ? new byte[0] : file.bytesToRun());
  }

  /**
   * What the model says of a batch.
   *
   * @param scores n × k
   * @param named the class that it names itself, as the position among the scores; one per example
   */
  record Said(double[][] scores, int[] named) {}

  /**
   * The model's scores.
   *
   * @param batch examples with what the file takes
   * @return n × k, one row per example
   */
  double[][] outputs(Inputs batch) {
    return portions(batch, portion -> scores(run(portion, scoresOutput()).get(0), portion));
  }

  /** The model's scores of features alone. */
  double[][] outputs(Tensor batch) {
    return outputs(Inputs.of(batch));
  }

  /** The classes that a label output names, as positions among the scores; one per example. */
  int[] labels(Inputs batch, OnnxLabel label) {
    double[][] named =
        portions(batch, portion -> named(run(portion, labelOutput(label)).get(0), label, portion));
    return Arrays.stream(named).mapToInt(row -> (int) row[0]).toArray();
  }

  /**
   * Scores and label of one run: a model that draws at random would give two runs other answers.
   */
  Said said(Inputs batch, OnnxLabel label) {
    double[][] both =
        portions(
            batch,
            portion -> {
              List<Value> made = run(portion, scoresOutput(), labelOutput(label));
              return besides(scores(made.get(0), portion), named(made.get(1), label, portion));
            });
    int[] named = Arrays.stream(both).mapToInt(row -> (int) row[row.length - 1]).toArray();
    return new Said(
        Arrays.stream(both).map(row -> Arrays.copyOf(row, row.length - 1)).toArray(double[][]::new),
        named);
  }

  private static double[][] besides(double[][] rows, double[][] last) {
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOf(rows[i], rows[i].length + 1);
      rows[i][rows[i].length - 1] = last[i][0];
    }
    return rows;
  }

  private double[][] portions(Inputs batch, Function<Inputs, double[][]> run) {
    int fixed = inputs.batch();
    if (fixed != -1 && fixed != batch.rows()) {
      return FixedBatch.of(fixed).apply(batch, run);
    }
    boolean whole = fixed != -1 || batch.rows() <= PORTION || keepsBatches;
    return whole ? run.apply(batch) : ConcurrentPortions.apply(batch, PORTION, run);
  }

  private Output scoresOutput() {
    return new Output(file.output(), false);
  }

  private static Output labelOutput(OnnxLabel label) {
    return new Output(label.output(), true);
  }

  private List<Value> run(Inputs batch, Output... outputs) {
    Map<String, TypedTensor> given = inputs.of(batch);
    Reply reply;
    use.readLock().lock();
    try {
      if (closed) {
        throw new TouchstoneException(
            "%s was released and cannot be evaluated any more; release a model when its last evaluation has ended"
                .formatted(file.name()));
      }
      reply = asked(new Run(number, given, List.of(outputs)));
    } finally {
      use.readLock().unlock();
    }
    if (reply.status() == Status.TOO_LARGE) {
      throw BatchAxis.tooLarge(
          file.name(),
          reply.values().isEmpty() ? new long[0] : reply.values().get(0).shape(),
          new OutOfMemoryError(reply.message()));
    }
    if (reply.status() != Status.DONE) {
      throw new TouchstoneException(
          "ONNX Runtime failed on "
              + file.name()
              + " with "
              + given.entrySet().stream()
                  .map(input -> input.getKey() + Arrays.toString(input.getValue().shape()))
                  .collect(Collectors.joining(" and "))
              + ": "
              + reply.message());
    }
    return reply.values();
  }

  private TouchstoneException noTensor(Value made) {
    return new TouchstoneException(
        file.name() + " makes " + made.info() + " where a tensor was expected");
  }

  private double[][] scores(Value made, Inputs batch) {
    double[] numbers = made.numbers();
    if (numbers == null) {
      throw noTensor(made);
    }
    try {
      return rows(numbers, made.shape(), batch.rows());
    } catch (OutOfMemoryError e) {
      throw BatchAxis.tooLarge(file.name(), made.shape(), e);
    }
  }

  /** One column: the position of the class that is named for each example. */
  private double[][] named(Value made, OnnxLabel label, Inputs batch) {
    List<String> names = made.names();
    if (names == null) {
      throw noTensor(made);
    }
    long[] shape = made.shape();
    if (!isOneForEach(batch.rows(), shape)) {
      throw new TouchstoneException(
          ("%s made the labels \"%s\" of shape %s from %d examples, where one label was expected"
                  + " for each; export the model again so that its label output has the shape [%d]")
              .formatted(
                  file.name(), label.output(), Arrays.toString(shape), batch.rows(), batch.rows()));
    }
    double[][] positions = new double[names.size()][];
    for (int i = 0; i < positions.length; i++) {
      String name = names.get(i);
      positions[i] = new double[] {label.column(name).orElseThrow(() -> unknown(label, name))};
    }
    return positions;
  }

  /** A column of n or, as ArrayFeatureExtractor picks them from a list, a row of n. */
  private static boolean isOneForEach(int n, long[] shape) {
    return Arrays.stream(shape).allMatch(length -> length == 1 || length == n)
        && Arrays.stream(shape).reduce(1, (a, b) -> a * b) == n;
  }

  private TouchstoneException unknown(OnnxLabel label, String name) {
    return new TouchstoneException(
        ("%s answers \"%s\" in its output \"%s\", which is none of the classes that the file"
                + " states, %s; export the model again with the classes that it was trained on")
            .formatted(file.name(), name, label.output(), label.classes()));
  }

  private double[][] rows(double[] numbers, long[] shape, int n) {
    int width = BatchAxis.classes(file.name(), shape, n);
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(numbers, i * width, (i + 1) * width);
    }
    return rows;
  }

  /** Frees the native memory when an evaluation under way has ended; later ones are refused. */
  void close() {
    use.writeLock().lock();
    try {
      RuntimeProcess process = openIn;
      if (!closed && process != null) {
        process.ask(new RuntimeWire.Close(number));
      }
    } catch (RuntimeProcess.Ended e) {
      // Its memory went with the process.
    } finally {
      closed = true;
      use.writeLock().unlock();
    }
  }
}
