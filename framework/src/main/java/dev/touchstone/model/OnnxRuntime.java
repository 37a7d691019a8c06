package dev.touchstone.model;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BatchAxis;
import dev.touchstone.graph.FixedBatch;
import dev.touchstone.graph.OnnxFile;
import dev.touchstone.graph.OnnxLabel;
import dev.touchstone.runtime.TouchstoneException;
import java.lang.reflect.Array;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A session of ONNX Runtime, which knows every operator of the standard and no gradients. The only
 * class that knows ONNX Runtime, which is an optional dependency.
 */
final class OnnxRuntime {
  /**
   * Of every session, on every machine: with more, how many examples and processors there are
   * decides in which order an ensemble's trees are added, and so to which class a tied vote falls.
   */
  static final int THREADS = 1;

  private final OnnxFile file;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final boolean doublePrecision;
  private boolean closed;

  private OnnxRuntime(
      OnnxFile file, OrtEnvironment environment, OrtSession session, boolean doublePrecision) {
    this.file = file;
    this.environment = environment;
    this.session = session;
    this.doublePrecision = doublePrecision;
  }

  /**
   * Opens a session.
   *
   * @throws TouchstoneException if ONNX Runtime refuses the model
   */
  static OnnxRuntime open(OnnxFile file) {
    try {
      OrtEnvironment environment =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "touchstone");
      environment.setTelemetry(false);
      try (SessionOptions options = new SessionOptions()) {
        options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
        options.setIntraOpNumThreads(THREADS);
        // Idle threads give the processor back to PyTorch in place of spinning.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        OrtSession session = session(file, environment, options);
        NodeInfo input = session.getInputInfo().get(file.input());
        boolean doublePrecision =
            input != null
                && input.getInfo() instanceof TensorInfo info
                && info.type == OnnxJavaType.DOUBLE;
        return new OnnxRuntime(file, environment, session, doublePrecision);
      }
    } catch (OrtException e) {
      throw new TouchstoneException(
          "ONNX Runtime refuses " + file.name() + ": " + e.getMessage(), e);
    }
  }

  private static OrtSession session(
      OnnxFile file, OrtEnvironment environment, SessionOptions options) throws OrtException {
    Optional<Path> path = file.pathForExternalData();
    boolean asItLies = file.bytesToRun() == file.bytes();
    if (path.isPresent() && asItLies) {
      return environment.createSession(path.get().toString(), options);
    }
    if (path.isPresent()) {
      options.addConfigEntry(
          "session.model_external_initializers_file_folder_path",
          String.valueOf(path.get().getParent()));
    }
    return environment.createSession(file.bytesToRun(), options);
  }

  /**
   * What the model says of a batch.
   *
   * @param scores n × k
   * @param named the class that it names itself, as the position among the scores; one per example
   */
  record Said(double[][] scores, int[] named) {}

  /** Reads what one run made. */
  private interface Reader {
    double[][] read(OrtSession.Result result) throws OrtException;
  }

  /**
   * The model's scores.
   *
   * @param batch examples of the input's shape
   * @return n × k, one row per example
   */
  double[][] outputs(Tensor batch) {
    return portions(
        batch, portion -> run(portion, Set.of(file.output()), made -> scores(made, portion)));
  }

  /** The classes that a label output names, as positions among the scores; one per example. */
  int[] labels(Tensor batch, OnnxLabel label) {
    double[][] named =
        portions(
            batch,
            portion -> run(portion, Set.of(label.output()), made -> named(made, label, portion)));
    return Arrays.stream(named).mapToInt(row -> (int) row[0]).toArray();
  }

  /**
   * Scores and label of one run: a model that draws at random would give two runs other answers.
   */
  Said said(Tensor batch, OnnxLabel label) {
    double[][] both =
        portions(
            batch,
            portion ->
                run(
                    portion,
                    Set.of(file.output(), label.output()),
                    made -> besides(scores(made, portion), named(made, label, portion))));
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

  private double[][] portions(Tensor batch, Function<Tensor, double[][]> run) {
    file.requireFit(batch);
    int fixed = file.inputShape().length == 0 ? -1 : file.inputShape()[0];
    if (fixed == -1 || fixed == batch.rows()) {
      return run.apply(batch);
    }
    return FixedBatch.of(fixed).apply(batch, run);
  }

  private synchronized double[][] run(Tensor batch, Set<String> outputs, Reader reader) {
    if (closed) {
      throw new TouchstoneException(
          file.name()
              + " was released and cannot be evaluated any more; release a model when its last"
              + " evaluation has ended");
    }
    long[] shape = Arrays.stream(batch.shape()).asLongStream().toArray();
    try (OnnxTensor input = input(batch, shape);
        OrtSession.Result result = session.run(Map.of(file.input(), input), outputs)) {
      return reader.read(result);
    } catch (OrtException e) {
      throw new TouchstoneException(
          "ONNX Runtime failed on "
              + file.name()
              + " with a batch of shape "
              + Arrays.toString(batch.shape())
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private OnnxTensor tensor(OrtSession.Result result, String output) {
    OnnxValue value = result.get(output).orElseThrow();
    if (!(value instanceof OnnxTensor tensor)) {
      throw new TouchstoneException(
          file.name() + " makes " + value.getInfo() + " where a tensor was expected");
    }
    return tensor;
  }

  private double[][] scores(OrtSession.Result result, Tensor batch) {
    OnnxTensor scores = tensor(result, file.output());
    try {
      return rows(scores, batch.rows());
    } catch (OutOfMemoryError e) {
      throw BatchAxis.tooLarge(file.name(), scores.getInfo().getShape(), e);
    }
  }

  /** One column: the position of the class that is named for each example. */
  private double[][] named(OrtSession.Result result, OnnxLabel label, Tensor batch)
      throws OrtException {
    OnnxTensor tensor = tensor(result, label.output());
    long[] shape = tensor.getInfo().getShape();
    if (!isOneForEach(batch.rows(), shape)) {
      throw new TouchstoneException(
          ("%s made the labels \"%s\" of shape %s from %d examples, where one label was expected"
                  + " for each; export the model again so that its label output has the shape [%d]")
              .formatted(
                  file.name(), label.output(), Arrays.toString(shape), batch.rows(), batch.rows()));
    }
    List<String> names = new ArrayList<>();
    collect(tensor.getValue(), names);
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

  /** ONNX Runtime hands out strings and whole numbers as arrays of arrays. */
  private static void collect(Object value, List<String> into) {
    if (!value.getClass().isArray()) {
      into.add(value.toString());
      return;
    }
    for (int i = 0; i < Array.getLength(value); i++) {
      collect(Array.get(value, i), into);
    }
  }

  private TouchstoneException unknown(OnnxLabel label, String name) {
    return new TouchstoneException(
        ("%s answers \"%s\" in its output \"%s\", which is none of the classes that the file"
                + " states, %s; export the model again with the classes that it was trained on")
            .formatted(file.name(), name, label.output(), label.classes()));
  }

  private OnnxTensor input(Tensor batch, long[] shape) throws OrtException {
    float[] values = batch.values();
    if (!doublePrecision) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(wide), shape);
  }

  private double[][] rows(OnnxTensor tensor, int n) {
    double[] flat;
    if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer buffer = tensor.getDoubleBuffer();
      flat = new double[buffer.remaining()];
      buffer.get(flat);
    } else {
      FloatBuffer buffer = tensor.getFloatBuffer();
      flat = new double[buffer.remaining()];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = buffer.get(i);
      }
    }
    int width = BatchAxis.classes(file.name(), tensor.getInfo().getShape(), n);
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  /** The shape of the input, the batch axis first; -1 where it is free. */
  int[] inputShape() {
    return file.inputShape();
  }

  /** Frees the native memory when an evaluation under way has ended; later ones are refused. */
  synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new TouchstoneException("ONNX Runtime could not close " + file.name(), e);
    }
  }
}
