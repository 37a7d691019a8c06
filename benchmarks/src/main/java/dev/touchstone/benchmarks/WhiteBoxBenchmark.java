package dev.touchstone.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.BackwardRules;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.Location;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Small convolutional networks on the white box, beside ONNX Runtime in the same JVM. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WhiteBoxBenchmark {
  private static final int MOST_BYTES = 1 << 24;

  @Param({"digits", "fashion-healthy"})
  private String model;

  @Param({"1", "50", "256"})
  private int batch;

  private WhiteBox whiteBox;
  private Tensor images;
  private int[] labels;
  private OrtEnvironment environment;
  private OrtSession session;
  private String input;

  /** Loads the model twice, and the first images. */
  @Setup
  public void load() throws OrtException {
    Dataset data = Samples.images(model);
    images = data.batch(0, batch);
    labels = Arrays.copyOf(data.labels(), batch);
    whiteBox = Samples.whiteBox(model);
    environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
    session = environment.createSession(Location.of(Samples.onnx(model)).read(MOST_BYTES), options);
    input = session.getInputNames().iterator().next();
  }

  /** Frees the native memory. */
  @TearDown
  public void release() throws OrtException {
    session.close();
    whiteBox.release();
  }

  /** n × k outputs as plain Java values. */
  @Benchmark
  public double[][] forward() {
    return whiteBox.outputs(images);
  }

  /** The same, and the gradient of each label's score with respect to the images. */
  @Benchmark
  public double[][] forwardAndInputGradient() {
    return whiteBox.inputGradients(images, Quantity.ofClass(labels), BackwardRules.derivatives());
  }

  /** ONNX Runtime's outputs as plain Java values. */
  @Benchmark
  public Object onnxRuntimeForward() throws OrtException {
    long[] shape = Arrays.stream(images.shape()).asLongStream().toArray();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(images.values()), shape);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      return result.get(0).getValue();
    }
  }
}
