package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is said between {@link RuntimeProcess} and {@link RuntimeServer}, and how it is written. */
final class RuntimeWire {
  /** Begins each reply: whatever else a native library prints is none. */
  private static final int MARK = 0x70757365;

  private static final int CHUNK = 1 << 13;

  private RuntimeWire() {}

  /** What is asked of the process. */
  sealed interface Request permits Open, Run, Close {

    /** Writes it. */
    void write(DataOutputStream out) throws IOException;

    /** Reads what was written. */
    static Request read(DataInputStream in) throws IOException {
      byte kind = in.readByte();
      return switch (kind) {
        case 0 -> new Open(in.readInt(), text(in), text(in), in.readNBytes(in.readInt()));
        case 1 -> new Run(in.readInt(), inputs(in), outputs(in));
        case 2 -> new Close(in.readInt());
        default -> throw new IOException("no request is of kind " + kind);
      };
    }
  }

  /**
   * Opens a session.
   *
   * @param session the number that it is to have
   * @param path of the file; empty where {@code bytes} are the model
   * @param folder of external data; empty for none
   */
  record Open(int session, String path, String folder, byte[] bytes) implements Request {
    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeByte(0);
      out.writeInt(session);
      text(out, path);
      text(out, folder);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  /** An output, and whether it names classes: these are read as text, others as numbers. */
  record Output(String name, boolean names) {}

  /** Runs a session on a batch: its inputs' values, by their names. */
  record Run(int session, Map<String, TypedTensor> inputs, List<Output> outputs)
      implements Request {
    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeByte(1);
      out.writeInt(session);
      out.writeInt(inputs.size());
      for (Map.Entry<String, TypedTensor> input : inputs.entrySet()) {
        text(out, input.getKey());
        tensor(out, input.getValue());
      }
      out.writeInt(outputs.size());
      for (Output output : outputs) {
        text(out, output.name());
        out.writeBoolean(output.names());
      }
    }
  }

  /** Closes a session. */
  record Close(int session) implements Request {
    @Override
    public void write(DataOutputStream out) throws IOException {
      out.writeByte(2);
      out.writeInt(session);
    }
  }

  /** How it went. */
  enum Status {
    DONE,
    /** ONNX Runtime threw. */
    REFUSED,
    /** ONNX Runtime is not there for this platform. */
    NO_LIBRARY,
    /** The Java heap, of either process, does not hold what was made. */
    TOO_LARGE
  }

  /**
   * An output's value: numbers, or names, or neither.
   *
   * @param info what it is, for messages
   */
  record Value(
      long[] shape, double @Nullable [] numbers, @Nullable List<String> names, String info) {}

  /**
   * What came of a request.
   *
   * @param message why it went otherwise; empty if it did not
   * @param values of the outputs, in the order that they were asked for
   */
  record Reply(Status status, String message, List<Value> values) {

    static Reply done(List<Value> values) {
      return new Reply(Status.DONE, "", values);
    }

    static Reply failed(Status status, String message) {
      return new Reply(status, message, List.of());
    }

    void write(long number, DataOutputStream out) throws IOException {
      out.writeInt(MARK);
      out.writeLong(number);
      out.writeByte(status.ordinal());
      text(out, message);
      out.writeInt(values.size());
      for (Value value : values) {
        longs(out, value.shape());
        text(out, value.info());
        doubles(out, value.numbers());
        texts(out, value.names());
      }
    }

    /** Reads what follows a reply's number. */
    static Reply read(DataInputStream in) throws IOException {
      Status status = Status.values()[in.readByte()];
      String message = text(in);
      int count = in.readInt();
      List<Value> values = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long[] shape = longs(in);
        String info = text(in);
        values.add(new Value(shape, doubles(in), texts(in), info));
      }
      return new Reply(status, message, values);
    }
  }

  /** The number of the request that a reply belongs to, which follows. */
  static long number(DataInputStream in) throws IOException {
    int mark = in.readInt();
    if (mark != MARK) {
      throw new IOException("what was printed is no reply");
    }
    return in.readLong();
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static void texts(DataOutputStream out, @Nullable List<String> texts) throws IOException {
    out.writeInt(texts == null ? -1 : texts.size());
    if (texts != null) {
      for (String text : texts) {
        text(out, text);
      }
    }
  }

  private static @Nullable List<String> texts(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static List<Output> outputs(DataInputStream in) throws IOException {
    int count = in.readInt();
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outputs.add(new Output(text(in), in.readBoolean()));
    }
    return outputs;
  }

  private static Map<String, TypedTensor> inputs(DataInputStream in) throws IOException {
    int count = in.readInt();
    Map<String, TypedTensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      inputs.put(text(in), tensor(in));
    }
    return inputs;
  }

  private static void tensor(DataOutputStream out, TypedTensor tensor) throws IOException {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    if (tensor instanceof TypedTensor.Doubles of) {
      out.writeByte(1);
      longs(out, shape);
      doubles(out, of.values());
    } else if (tensor instanceof TypedTensor.Integers of) {
      out.writeByte(2);
      longs(out, shape);
      longs(out, of.values());
    } else if (tensor instanceof TypedTensor.Texts of) {
      out.writeByte(3);
      longs(out, shape);
      texts(out, List.of(of.values()));
    } else if (tensor instanceof TypedTensor.Booleans of) {
      out.writeByte(4);
      longs(out, shape);
      for (boolean value : of.values()) {
        out.writeBoolean(value);
      }
    } else {
      out.writeByte(0);
      longs(out, shape);
      floats(out, FloatBuffer.wrap(((Tensor) tensor).values()));
    }
  }

  private static TypedTensor tensor(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    int[] shape = Arrays.stream(longs(in)).mapToInt(Math::toIntExact).toArray();
    return switch (kind) {
      case 0 -> Tensor.of(floats(in), shape);
      case 1 -> new TypedTensor.Doubles(present(doubles(in)), shape);
      case 2 -> new TypedTensor.Integers(longs(in), shape);
      case 3 -> new TypedTensor.Texts(present(texts(in)).toArray(String[]::new), shape);
      case 4 -> {
        boolean[] values = new boolean[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
          values[i] = in.readBoolean();
        }
        yield new TypedTensor.Booleans(values, shape);
      }
      default -> throw new IOException("no tensor is of kind " + kind);
    };
  }

  private static <T> T present(@Nullable T value) throws IOException {
    if (value == null) {
      throw new IOException("a tensor has values");
    }
    return value;
  }

  private static void longs(DataOutputStream out, long[] numbers) throws IOException {
    out.writeInt(numbers.length);
    for (long number : numbers) {
      out.writeLong(number);
    }
  }

  private static long[] longs(DataInputStream in) throws IOException {
    long[] numbers = new long[in.readInt()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = in.readLong();
    }
    return numbers;
  }

  private static void floats(DataOutputStream out, FloatBuffer numbers) throws IOException {
    out.writeInt(numbers.remaining());
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES);
    while (numbers.hasRemaining()) {
      int count = Math.min(CHUNK, numbers.remaining());
      bytes.asFloatBuffer().put(numbers.slice(numbers.position(), count));
      numbers.position(numbers.position() + count);
      out.write(bytes.array(), 0, count * Float.BYTES);
    }
  }

  private static float[] floats(DataInputStream in) throws IOException {
    float[] numbers = new float[in.readInt()];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES);
    for (int at = 0; at < numbers.length; at += CHUNK) {
      int count = Math.min(CHUNK, numbers.length - at);
      in.readFully(bytes.array(), 0, count * Float.BYTES);
      bytes.asFloatBuffer().get(numbers, at, count);
    }
    return numbers;
  }

  private static void doubles(DataOutputStream out, double @Nullable [] given) throws IOException {
    out.writeInt(given == null ? -1 : given.length);
    if (given == null) {
      return;
    }
    DoubleBuffer numbers = DoubleBuffer.wrap(given);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Double.BYTES);
    while (numbers.hasRemaining()) {
      int count = Math.min(CHUNK, numbers.remaining());
      bytes.asDoubleBuffer().put(numbers.slice(numbers.position(), count));
      numbers.position(numbers.position() + count);
      out.write(bytes.array(), 0, count * Double.BYTES);
    }
  }

  private static double @Nullable [] doubles(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    double[] numbers = new double[length];
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Double.BYTES);
    for (int at = 0; at < length; at += CHUNK) {
      int count = Math.min(CHUNK, length - at);
      in.readFully(bytes.array(), 0, count * Double.BYTES);
      bytes.asDoubleBuffer().get(numbers, at, count);
    }
    return numbers;
  }
}
