package dev.touchstone.measuring;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes mutants of model files: of their bytes, and of what their fields say. */
final class FuzzMutator {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    5,
    7,
    16,
    255,
    256,
    1L << 16,
    1L << 20,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    1L << 40,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2,
    -3,
    -(1L << 31)
  };
  private static final double[] REALS = {
    0, 1, -1, .5, 2, 1e-30, 1e30, -1e30, Double.NaN, Double.POSITIVE_INFINITY, 1e9, -0.0
  };

  private final Random random;
  private final List<ModelProto> donors;

  /**
   * Mutants that depend on a generator alone.
   *
   * @param donors whole models, parts of which come into mutants
   */
  FuzzMutator(Random random, List<ModelProto> donors) {
    this.random = random;
    this.donors = donors;
  }

  /** One mutant of a file. */
  byte[] mutant(FuzzSeed seed) throws IOException {
    if (seed.path() == FuzzSeed.Way.TORCHSCRIPT) {
      return random.nextInt(10) == 0 ? ofBytes(seed.file()) : ofArchive(seed.file());
    }
    if (random.nextInt(12) == 0) {
      return ofBytes(seed.file());
    }
    try {
      return ofModel(seed);
    } catch (IllegalArgumentException e) {
      // A field does not take what was drawn for it.
      return ofBytes(seed.file());
    }
  }

  private byte[] ofModel(FuzzSeed seed) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(seed.file()).toBuilder();
    for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1; i > 0; i--) {
      if (random.nextInt(3) == 0) {
        ofFields(model);
      } else {
        ofMeaning(model.getGraphBuilder());
      }
    }
    return model.buildPartial().toByteArray();
  }

  /** Bits turned over, bytes overwritten, the end cut off, a part moved. */
  private byte[] ofBytes(byte[] file) {
    byte[] bytes = file.clone();
    if (bytes.length == 0) {
      return bytes;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        return Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      case 1 -> {
        int from = random.nextInt(bytes.length);
        int to = random.nextInt(bytes.length);
        int length = random.nextInt(1 + Math.min(32, bytes.length - Math.max(from, to)));
        System.arraycopy(file, from, bytes, to, length);
      }
      default -> {
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
      }
    }
    return bytes;
  }

  /** What a file can say and still be read: settings, shapes, whole numbers, operators. */
  private void ofMeaning(GraphProto.Builder graph) {
    boolean weights = graph.getInitializerCount() > 0 && random.nextBoolean();
    if (weights) {
      ofWeights(graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount())));
    } else if (graph.getNodeCount() > 0) {
      // The last node of a seed for ONNX Runtime only sends it there.
      ofNode(graph.getNodeBuilder(random.nextInt(Math.max(1, graph.getNodeCount() - 1))));
    }
  }

  private void ofNode(NodeProto.Builder node) {
    int what = random.nextInt(6);
    if (what == 0) {
      node.setOpType(donor().getOpType());
    } else if (what == 1 || node.getAttributeCount() == 0) {
      NodeProto other = donor();
      for (int i = 0; i < 50 && !other.getOpType().equals(node.getOpType()); i++) {
        other = donor();
      }
      node.clearAttribute().addAllAttribute(other.getAttributeList());
    } else {
      AttributeProto.Builder attribute =
          node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
      switch (attribute.getType()) {
        case INT -> attribute.setI(number(attribute.getI()));
        case FLOAT -> attribute.setF((float) REALS[random.nextInt(REALS.length)]);
        case INTS -> {
          List<Long> numbers = new ArrayList<>(attribute.getIntsList());
          if (random.nextInt(3) == 0 || numbers.isEmpty()) {
            numbers.add(NUMBERS[random.nextInt(NUMBERS.length)]);
          } else if (random.nextInt(4) == 0) {
            numbers.remove(random.nextInt(numbers.size()));
          } else {
            int at = random.nextInt(numbers.size());
            numbers.set(at, number(numbers.get(at)));
          }
          attribute.clearInts().addAllInts(numbers);
        }
        case TENSOR -> ofWeights(attribute.getTBuilder());
        default -> changed(attribute);
      }
    }
  }

  private NodeProto donor() {
    GraphProto graph = donors.get(random.nextInt(donors.size())).getGraph();
    return graph.getNodeCount() == 0
        ? NodeProto.getDefaultInstance()
        : graph.getNode(random.nextInt(graph.getNodeCount()));
  }

  /** Another shape with as many numbers as it needs, or other whole numbers. */
  private void ofWeights(TensorProto.Builder tensor) {
    boolean whole = tensor.getDataType() == TensorProto.DataType.INT64_VALUE;
    if (whole && random.nextInt(3) > 0) {
      List<Long> numbers = new ArrayList<>(tensor.getInt64DataList());
      if (!tensor.getRawData().isEmpty()) {
        LongBuffer raw =
            tensor
                .getRawData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
        while (raw.hasRemaining()) {
          numbers.add(raw.get());
        }
      }
      if (numbers.isEmpty()) {
        return;
      }
      int at = random.nextInt(numbers.size());
      numbers.set(at, number(numbers.get(at)));
      tensor.clearRawData().clearInt64Data().addAllInt64Data(numbers);
      return;
    }
    List<Long> shape = new ArrayList<>(tensor.getDimsList());
    if (shape.isEmpty() || random.nextInt(4) == 0) {
      shape.add(random.nextInt(shape.size() + 1), (long) random.nextInt(4));
    } else if (random.nextInt(4) == 0) {
      shape.remove(random.nextInt(shape.size()));
    } else {
      shape.set(random.nextInt(shape.size()), (long) random.nextInt(6));
    }
    long size = shape.stream().reduce(1L, (a, b) -> a * b);
    if (size > 4096) {
      return;
    }
    tensor.clearDims().addAllDims(shape);
    tensor.clearRawData().clearFloatData().clearInt64Data().clearInt32Data().clearDoubleData();
    for (int i = 0; i < size; i++) {
      switch (tensor.getDataType()) {
        case TensorProto.DataType.INT64_VALUE -> tensor.addInt64Data(random.nextInt(4));
        case TensorProto.DataType.FLOAT_VALUE -> tensor.addFloatData(random.nextFloat() - .5f);
        case TensorProto.DataType.DOUBLE_VALUE -> tensor.addDoubleData(random.nextDouble() - .5);
        default -> tensor.addInt32Data(random.nextInt(2));
      }
    }
  }

  private void ofFields(Message.Builder model) {
    List<Message.Builder> places = new ArrayList<>();
    collect(model, places);
    // What nodes and weights say decides what native code does; the rest is names and notes.
    List<Message.Builder> telling = places.stream().filter(FuzzMutator::tells).toList();
    for (int tries = 0; tries < 20; tries++) {
      List<Message.Builder> from = telling.isEmpty() || random.nextInt(4) == 0 ? places : telling;
      if (changed(from.get(random.nextInt(from.size())))) {
        return;
      }
    }
  }

  private static boolean tells(Message.Builder place) {
    return place instanceof NodeProto.Builder
        || place instanceof AttributeProto.Builder
        || place instanceof TensorProto.Builder;
  }

  private static void collect(Message.Builder message, List<Message.Builder> places) {
    places.add(message);
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          collect(message.getRepeatedFieldBuilder(field, i), places);
        }
      } else if (message.hasField(field)) {
        collect(message.getFieldBuilder(field), places);
      }
    }
  }

  private boolean changed(Message.Builder place) {
    List<FieldDescriptor> present = new ArrayList<>(place.getAllFields().keySet());
    if (present.isEmpty() || random.nextInt(10) == 0) {
      List<FieldDescriptor> all = place.getDescriptorForType().getFields();
      return supplied(place, all.get(random.nextInt(all.size())));
    }
    FieldDescriptor field = present.get(random.nextInt(present.size()));
    if (!field.isRepeated()) {
      if (random.nextInt(8) == 0) {
        place.clearField(field);
      } else {
        place.setField(field, other(field, place.getField(field)));
      }
      return true;
    }
    int count = place.getRepeatedFieldCount(field);
    List<Object> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(place.getRepeatedField(field, i));
    }
    int at = random.nextInt(count);
    switch (random.nextInt(8)) {
      case 0 -> entries.remove(at);
      case 1 -> entries.add(at, entries.get(random.nextInt(count)));
      case 2 -> entries.set(at, entries.get(random.nextInt(count)));
      case 3 -> {
        if (random.nextInt(4) == 0) {
          entries.clear();
        } else {
          entries.remove(count - 1);
        }
      }
      default -> entries.set(at, other(field, entries.get(at)));
    }
    place.clearField(field);
    entries.forEach(entry -> place.addRepeatedField(field, entry));
    return true;
  }

  /** Gives a field that may be absent what another model has there. */
  private boolean supplied(Message.Builder place, FieldDescriptor field) {
    Object value =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            ? donated(field)
            : other(field, field.isRepeated() ? zero(field) : field.getDefaultValue());
    if (value == null) {
      return false;
    }
    if (field.isRepeated()) {
      place.addRepeatedField(field, value);
    } else {
      place.setField(field, value);
    }
    return true;
  }

  private static Object zero(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0.0;
      case BOOLEAN -> false;
      case STRING -> "";
      case BYTE_STRING -> ByteString.EMPTY;
      case ENUM -> field.getEnumType().getValues().get(0);
      case MESSAGE -> throw new IllegalArgumentException(field.getFullName());
    };
  }

  private Object other(FieldDescriptor field, Object value) {
    return switch (field.getJavaType()) {
      case INT -> (int) number(((Number) value).longValue());
      case LONG -> number((Long) value);
      case FLOAT -> (float) REALS[random.nextInt(REALS.length)];
      case DOUBLE -> REALS[random.nextInt(REALS.length)];
      case BOOLEAN -> !(Boolean) value;
      case STRING -> text(field, (String) value);
      case BYTE_STRING -> bytes((ByteString) value);
      case ENUM -> {
        EnumDescriptor type = field.getEnumType();
        yield type.getValues().get(random.nextInt(type.getValues().size()));
      }
      case MESSAGE -> {
        Message donated = donated(field);
        yield donated == null ? value : donated;
      }
    };
  }

  private long number(long value) {
    return switch (random.nextInt(6)) {
      case 0 -> value + 1;
      case 1 -> value - 1;
      case 2 -> -value;
      case 3 -> value * 2;
      default -> NUMBERS[random.nextInt(NUMBERS.length)];
    };
  }

  /** Mostly a text that stands in the same field of some model: other wiring, another operator. */
  private String text(FieldDescriptor field, String value) {
    if (random.nextInt(6) == 0) {
      return random.nextBoolean() ? "" : value + "x";
    }
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      find(donors.get(random.nextInt(donors.size())), field, found);
    }
    return found.isEmpty() ? value : (String) found.get(random.nextInt(found.size()));
  }

  private ByteString bytes(ByteString value) {
    return ByteString.copyFrom(
        value.isEmpty() ? new byte[random.nextInt(9)] : ofBytes(value.toByteArray()));
  }

  private @Nullable Message donated(FieldDescriptor field) {
    List<Object> found = new ArrayList<>();
    for (int i = 0; i < 6 && found.isEmpty(); i++) {
      find(donors.get(random.nextInt(donors.size())), field, found);
    }
    return found.isEmpty() ? null : (Message) found.get(random.nextInt(found.size()));
  }

  private static void find(Message message, FieldDescriptor field, List<Object> found) {
    message
        .getAllFields()
        .forEach(
            (present, value) -> {
              List<?> entries = present.isRepeated() ? (List<?>) value : List.of(value);
              for (Object entry : entries) {
                if (present.equals(field)) {
                  found.add(entry);
                }
                if (entry instanceof Message inner) {
                  find(inner, field, found);
                }
              }
            });
  }

  /** Other contents, whose checksums are right. */
  private byte[] ofArchive(byte[] file) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    Path whole = Files.createTempFile("touchstone-fuzz", ".pt");
    Files.write(whole, file);
    try (ZipFile in = new ZipFile(whole.toFile())) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        try (InputStream content = in.getInputStream(entry)) {
          entries.put(entry.getName(), content.readAllBytes());
        }
      }
    } finally {
      Files.delete(whole);
    }
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      List<String> names = new ArrayList<>(entries.keySet());
      if (names.isEmpty()) {
        break;
      }
      String name = names.get(random.nextInt(names.size()));
      byte[] content = entries.getOrDefault(name, new byte[0]);
      switch (random.nextInt(8)) {
        case 0 -> entries.remove(name);
        case 1 ->
            entries.put(
                name, entries.getOrDefault(names.get(random.nextInt(names.size())), content));
        case 2 -> {
          entries.remove(name);
          entries.put(name + "x", content);
        }
        default ->
            entries.put(
                name,
                name.contains("/code/") && !name.endsWith(".debug_pkl") && random.nextInt(3) > 0
                    ? ofProgram(content)
                    : ofBytes(content));
      }
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(written)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        CRC32 checksum = new CRC32();
        checksum.update(entry.getValue());
        stored.setCrc(checksum.getValue());
        out.putNextEntry(stored);
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return written.toByteArray();
  }

  /** One word of a program exchanged for another of its words, or a number. */
  private byte[] ofProgram(byte[] content) {
    String text = new String(content, StandardCharsets.UTF_8);
    String[] words = text.split("(?<=\\W)|(?=\\W)", -1);
    int at = random.nextInt(words.length);
    words[at] =
        random.nextInt(3) == 0
            ? Long.toString(NUMBERS[random.nextInt(NUMBERS.length)])
            : words[random.nextInt(words.length)];
    return String.join("", words).getBytes(StandardCharsets.UTF_8);
  }
}
