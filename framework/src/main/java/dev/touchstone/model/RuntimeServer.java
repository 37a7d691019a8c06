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
import ai.onnxruntime.platform.Fp16Conversions;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.model.RuntimeWire.Output;
import dev.touchstone.model.RuntimeWire.Reply;
import dev.touchstone.model.RuntimeWire.Request;
import dev.touchstone.model.RuntimeWire.Status;
import dev.touchstone.model.RuntimeWire.Value;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The process that ONNX Runtime runs in: reads requests, and answers each when it is done, those of
 * several sessions at the same time. The only class that knows ONNX Runtime, which is an optional
 * dependency. Its class path holds that and this library alone, without any other dependency.
 */
final class RuntimeServer {
  private static final int BUFFER = 1 << 16;

  private final DataInputStream in;
  private final DataOutputStream out;
  private final Map<Integer, OrtSession> sessions = new ConcurrentHashMap<>();
  private final ExecutorService workers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "session");
            thread.setDaemon(true);
            return thread;
          });

  RuntimeServer(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
    this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
  }

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    // Where ONNX Runtime unpacks its libraries; what is registered first is deleted last.
    new File(System.getProperty("java.io.tmpdir")).deleteOnExit();
    OutputStream replies = new FileOutputStream(FileDescriptor.out);
    System.setOut(System.err);
    new RuntimeServer(new FileInputStream(FileDescriptor.in), replies).serve();
    System.exit(0);
  }

  /** Answers until there is nobody to ask. */
  void serve() throws IOException {
    while (true) {
      long number;
      try {
        number = in.readLong();
      } catch (EOFException end) {
        return;
      }
      Request request = Request.read(in);
      workers.execute(() -> write(number, answer(request)));
    }
  }

  private void write(long number, Reply reply) {
    synchronized (out) {
      try {
        reply.write(number, out);
        out.flush();
      } catch (IOException e) {
        // Nobody is there to read it; the next request says so, too.
      }
    }
  }

  private Reply answer(Request request) {
    try {
      if (request instanceof RuntimeWire.Open open) {
        sessions.put(open.session(), open(open));
        return Reply.done(List.of());
      }
      if (request instanceof RuntimeWire.Run run) {
        return run(run);
      }
      OrtSession closed = sessions.remove(((RuntimeWire.Close) request).session());
      if (closed != null) {
        closed.close();
      }
      return Reply.done(List.of());
    } catch (OrtException e) {
      return Reply.failed(Status.REFUSED, String.valueOf(e.getMessage()));
    } catch (LinkageError e) {
      return Reply.failed(Status.NO_LIBRARY, e.toString());
    } catch (OutOfMemoryError e) {
      return Reply.failed(Status.TOO_LARGE, e.toString());
    } catch (RuntimeException | StackOverflowError e) {
      return Reply.failed(Status.REFUSED, e.toString());
    }
  }

  private static OrtSession open(RuntimeWire.Open open) throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "touchstone");
    environment.setTelemetry(false);
    try (SessionOptions options = new SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(OnnxRuntime.THREADS);
      // Idle threads give the processor back to PyTorch in place of spinning.
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (!open.folder().isEmpty()) {
        options.addConfigEntry(
            "session.model_external_initializers_file_folder_path", open.folder());
      }
      return open.path().isEmpty()
          ? environment.createSession(open.bytes(), options)
          : environment.createSession(open.path(), options);
    }
  }

  private Reply run(RuntimeWire.Run run) throws OrtException {
    OrtSession session = sessions.get(run.session());
    if (session == null) {
      throw new IllegalStateException("there is no session " + run.session());
    }
    Set<String> names = new LinkedHashSet<>();
    run.outputs().forEach(output -> names.add(output.name()));
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, TypedTensor> input : run.inputs().entrySet()) {
        inputs.put(input.getKey(), input(session, input.getKey(), input.getValue()));
      }
      return run(session, inputs, names, run.outputs());
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static Reply run(
      OrtSession session, Map<String, OnnxTensor> inputs, Set<String> names, List<Output> outputs)
      throws OrtException {
    try (OrtSession.Result result = session.run(inputs, names)) {
      List<Value> values = new ArrayList<>();
      for (Output output : outputs) {
        OnnxValue made = result.get(output.name()).orElseThrow();
        try {
          values.add(value(made, output.names()));
        } catch (OutOfMemoryError e) {
          Value tooLarge = new Value(shape(made), null, null, e.toString());
          return new Reply(Status.TOO_LARGE, e.toString(), List.of(tooLarge));
        }
      }
      return Reply.done(values);
    }
  }

  /** Values as the session's input is declared, which is narrower than what Java has of a kind. */
  private static OnnxTensor input(OrtSession session, String name, TypedTensor values)
      throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = Arrays.stream(values.shape()).asLongStream().toArray();
    if (values instanceof TypedTensor.Texts texts) {
      return OnnxTensor.createTensor(environment, texts.values(), shape);
    }
    if (values instanceof TypedTensor.Booleans truths) {
      ByteBuffer bytes = direct(truths.values().length, 1);
      for (boolean value : truths.values()) {
        bytes.put((byte) (value ? 1 : 0));
      }
      return OnnxTensor.createTensor(environment, bytes.flip(), shape, OnnxJavaType.BOOL);
    }
    if (values instanceof TypedTensor.Doubles doubles) {
      return OnnxTensor.createTensor(environment, DoubleBuffer.wrap(doubles.values()), shape);
    }
    if (values instanceof TypedTensor.Integers whole) {
      return narrowed(environment, whole.values(), shape, declared(session, name));
    }
    float[] singles = ((Tensor) values).values();
    return declared(session, name) == OnnxJavaType.FLOAT16
        ? OnnxTensor.createTensor(
            environment,
            Fp16Conversions.convertFloatBufferToFp16Buffer(FloatBuffer.wrap(singles)),
            shape,
            OnnxJavaType.FLOAT16)
        : OnnxTensor.createTensor(environment, FloatBuffer.wrap(singles), shape);
  }

  private static OnnxJavaType declared(OrtSession session, String name) throws OrtException {
    NodeInfo input = session.getInputInfo().get(name);
    return input != null && input.getInfo() instanceof TensorInfo info
        ? info.type
        : OnnxJavaType.UNKNOWN;
  }

  private static OnnxTensor narrowed(
      OrtEnvironment environment, long[] whole, long[] shape, OnnxJavaType type)
      throws OrtException {
    if (type == OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, LongBuffer.wrap(whole), shape);
    }
    ByteBuffer bytes = direct(whole.length, type.size);
    for (long value : whole) {
      switch (type) {
        case INT32 -> bytes.putInt((int) value);
        case INT16 -> bytes.putShort((short) value);
        case INT8, UINT8 -> bytes.put((byte) value);
        default -> throw new IllegalStateException("whole numbers are no " + type);
      }
    }
    return OnnxTensor.createTensor(environment, bytes.flip(), shape, type);
  }

  private static ByteBuffer direct(int values, int size) {
    return ByteBuffer.allocateDirect(values * size).order(ByteOrder.nativeOrder());
  }

  private static Value value(OnnxValue made, boolean names) throws OrtException {
    String info = String.valueOf(made.getInfo());
    if (!(made instanceof OnnxTensor tensor)) {
      return new Value(shape(made), null, null, info);
    }
    long[] shape = shape(made);
    if (names) {
      List<String> collected = new ArrayList<>();
      collect(tensor.getValue(), collected);
      return new Value(shape, null, collected, info);
    }
    return new Value(shape, numbers(tensor), null, info);
  }

  private static long[] shape(OnnxValue made) {
    return made instanceof OnnxTensor tensor ? tensor.getInfo().getShape() : new long[0];
  }

  private static double @Nullable [] numbers(OnnxTensor tensor) {
    if (tensor.getInfo().type == OnnxJavaType.DOUBLE) {
      DoubleBuffer buffer = tensor.getDoubleBuffer();
      double[] numbers = new double[buffer.remaining()];
      buffer.get(numbers);
      return numbers;
    }
    FloatBuffer buffer = tensor.getFloatBuffer();
    if (buffer == null) {
      return null;
    }
    double[] numbers = new double[buffer.remaining()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = buffer.get(i);
    }
    return numbers;
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
}
