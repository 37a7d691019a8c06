package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Visits every tensor of an ONNX file, wherever the format lets one stand: weights of graphs, dense
 * and sparse, attributes of nodes, subgraphs, functions and their defaults, training graphs. Where
 * that is, is asked of the format's own description, message by message, so no list of places can
 * fall behind it; what the description does not know is refused, since weights could stand there.
 *
 * <p>The file is read as it lies, without making objects of it. It is untrusted: messages are
 * nested {@value #DEEPEST} deep at most, and one that may stand once stands once, as pieces of a
 * tensor would be joined by whoever reads it later.
 */
final class TensorPlaces {
  /** About twenty graphs, one in a node of the other. */
  private static final int DEEPEST = 64;

  /** Fields of newer versions, by message, that hold no tensors: on which devices to run. */
  private static final Map<String, Set<Integer>> WITHOUT_TENSORS =
      Map.of("ModelProto", Set.of(26), "NodeProto", Set.of(10));

  private final String name;
  private final Consumer<TensorProto> external;

  private TensorPlaces(String name, Consumer<TensorProto> external) {
    this.name = name;
    this.external = external;
  }

  /**
   * Visits a file.
   *
   * @param name what to call it in messages
   * @param external is told of the tensors whose values lie outside the file
   * @throws TouchstoneException if the file holds what the format does not know, is nested too
   *     deeply, or is no protobuf message
   */
  static void visit(byte[] file, String name, Consumer<TensorProto> external) {
    try {
      new TensorPlaces(name, external)
          .walk(UnsafeByteOperations.unsafeWrap(file), ModelProto.getDescriptor(), 0);
    } catch (IOException e) {
      throw new TouchstoneException(
          name + " is no ONNX model, or is corrupt: " + e.getMessage(), e);
    }
  }

  private void walk(ByteString message, Descriptor type, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new TouchstoneException(
          name
              + " nests messages more than "
              + DEEPEST
              + " deep, as graphs in graphs: refused. Export the model without subgraphs");
    }
    CodedInputStream in = message.newCodedInput();
    in.enableAliasing(true);
    Set<FieldDescriptor> once = new HashSet<>();
    boolean refersToAFile = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      FieldDescriptor field = type.findFieldByNumber(number);
      if (field == null) {
        requireKnown(type, number);
        in.skipField(tag);
        continue;
      }
      boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (!isMessage) {
        refersToAFile |= isLocation(field);
        requireWireType(field, tag);
        in.skipField(tag);
        continue;
      }
      requireWireType(field, tag);
      if (!field.isRepeated() && !once.add(field)) {
        throw new TouchstoneException(
            name + " holds " + field.getFullName() + " twice: the file is corrupt");
      }
      walk(in.readBytes(), field.getMessageType(), depth + 1);
    }
    if (refersToAFile) {
      TensorProto tensor = TensorProto.parseFrom(message);
      if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        external.accept(tensor);
      }
    }
  }

  private static boolean isLocation(FieldDescriptor field) {
    return field.getContainingType().equals(TensorProto.getDescriptor())
        && field.getNumber() == TensorProto.DATA_LOCATION_FIELD_NUMBER;
  }

  private void requireKnown(Descriptor type, int number) {
    if (!WITHOUT_TENSORS.getOrDefault(type.getName(), Set.of()).contains(number)) {
      throw new TouchstoneException(
          name
              + " holds field "
              + number
              + " of "
              + type.getName()
              + ", which the ONNX format does not have in the versions that Touchstone knows (IR"
              + " version 10): whether weights stand there cannot be told. Export the model for an"
              + " older IR version");
    }
  }

  /** A field of another wire type is unknown to one reader and not to the next. */
  private void requireWireType(FieldDescriptor field, int tag) {
    int given = WireFormat.getTagWireType(tag);
    boolean packed = field.isPackable() && given == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    if (given != field.getLiteType().getWireType() && !packed) {
      throw new TouchstoneException(
          name + ": " + field.getFullName() + " is written as another type: the file is corrupt");
    }
  }
}
