package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Replaces nodes and initializers of an ONNX file's graph in the file's own bytes: every other byte
 * stays what it is, also where it is written in a way that a protobuf library would not choose, and
 * fields that nobody here knows.
 */
final class GraphSplice {
  private final Map<Integer, List<NodeProto>> nodes = new HashMap<>();
  private final Map<Integer, TensorProto> initializers = new HashMap<>();
  private final List<TensorProto> added = new ArrayList<>();

  /** Puts nodes in the place of one. */
  void replaceNode(int index, NodeProto... by) {
    nodes.put(index, List.of(by));
  }

  void replaceInitializer(int index, TensorProto by) {
    initializers.put(index, by);
  }

  /** Adds an initializer behind all others. */
  void add(TensorProto initializer) {
    added.add(initializer);
  }

  /** The file with the replacements. */
  byte[] in(byte[] file) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + 1024);
      for (Field field : fields(file)) {
        if (field.number() == ModelProto.GRAPH_FIELD_NUMBER) {
          write(out, field.number(), spliced(field.content(file)));
        } else {
          field.copy(file, out);
        }
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("the file was read before", e);
    }
  }

  private byte[] spliced(byte[] graph) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(graph.length + 1024);
    int node = 0;
    int initializer = 0;
    for (Field field : fields(graph)) {
      List<? extends MessageLite> replaced = null;
      if (field.number() == GraphProto.NODE_FIELD_NUMBER) {
        replaced = nodes.get(node++);
      } else if (field.number() == GraphProto.INITIALIZER_FIELD_NUMBER) {
        TensorProto by = initializers.get(initializer++);
        replaced = by == null ? null : List.of(by);
      }
      if (replaced == null) {
        field.copy(graph, out);
      } else {
        for (MessageLite by : replaced) {
          write(out, field.number(), by.toByteArray());
        }
      }
    }
    for (TensorProto more : added) {
      write(out, GraphProto.INITIALIZER_FIELD_NUMBER, more.toByteArray());
    }
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, int number, byte[] message)
      throws IOException {
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeByteArray(number, message);
    coded.flush();
  }

  /**
   * A field as it lies in a message.
   *
   * @param from where its tag begins
   * @param content where its content begins, of a field with a length
   * @param to where it ends
   */
  private record Field(int number, int from, int content, int to) {

    void copy(byte[] message, ByteArrayOutputStream out) {
      out.write(message, from, to - from);
    }

    byte[] content(byte[] message) {
      byte[] copy = new byte[to - content];
      System.arraycopy(message, content, copy, 0, copy.length);
      return copy;
    }
  }

  private static List<Field> fields(byte[] message) throws IOException {
    List<Field> fields = new ArrayList<>();
    CodedInputStream in = CodedInputStream.newInstance(message);
    int from = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int content = in.getTotalBytesRead();
      if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int length = in.readRawVarint32();
        content = in.getTotalBytesRead();
        in.skipRawBytes(length);
      } else {
        in.skipField(tag);
      }
      fields.add(
          new Field(WireFormat.getTagFieldNumber(tag), from, content, in.getTotalBytesRead()));
      from = in.getTotalBytesRead();
    }
    return fields;
  }
}
