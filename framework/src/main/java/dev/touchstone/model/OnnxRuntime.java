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
import dev.touchstone.graph.FixedBatch;
import dev.touchstone.graph.OnnxFile;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A session of ONNX Runtime, which knows every operator of the standard and no gradients. The only
 * class that knows ONNX Runtime, which is an optional dependency.
 */
final class OnnxRuntime {
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
        // Idle threads give the processor back to PyTorch in place of spinning.
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        Optional<Path> path = file.pathForExternalData();
        OrtSession session =
            path.isPresent()
                ? environment.createSession(path.get().toString(), options)
                : environment.createSession(file.bytes(), options);
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

  /**
   * The model's scores.
   *
   * @param batch examples of the input's shape
   * @return n × k, one row per example
   */
  double[][] outputs(Tensor batch) {
    file.requireFit(batch);
    int fixed = file.inputShape().length == 0 ? -1 : file.inputShape()[0];
    if (fixed == -1 || fixed == batch.rows()) {
      return run(batch);
    }
    return FixedBatch.of(fixed).apply(batch, this::run);
  }

  private synchronized double[][] run(Tensor batch) {
    if (closed) {
      throw new TouchstoneException(
          file.name()
              + " was released and cannot be evaluated any more; release a model when its last"
              + " evaluation has ended");
    }
    long[] shape = Arrays.stream(batch.shape()).asLongStream().toArray();
    try (OnnxTensor input = input(batch, shape);
        OrtSession.Result result =
            session.run(Map.of(file.input(), input), Set.of(file.output()))) {
      OnnxValue output = result.get(0);
      if (!(output instanceof OnnxTensor tensor)) {
        throw new TouchstoneException(
            file.name() + " makes " + output.getInfo() + " where a tensor was expected");
      }
      return rows(tensor, batch.rows());
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
    if (n == 0 || flat.length % n != 0) {
      throw new TouchstoneException(
          file.name()
              + " made an output of shape "
              + Arrays.toString(tensor.getInfo().getShape())
              + " from "
              + n
              + " examples");
    }
    int width = flat.length / n;
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
