package dev.touchstone.graph.onnx;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Recognises files that are often given in place of an ONNX model. */
final class FileKind {
  private record Kind(String start, String what) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind("\u0089PNG", "a PNG image"),
          new Kind("\u00ff\u00d8\u00ff", "a JPEG image"),
          new Kind(
              "PK\u0003\u0004",
              "a zip archive (TorchScript and Keras files are such); export the model to ONNX"),
          new Kind("\u001f\u008b", "compressed with gzip; unpack it first"),
          new Kind("\u0089HDF", "an HDF5 file (Keras); convert it with tf2onnx"),
          new Kind("\u0080\u0004", "a Python pickle; export the model to ONNX"),
          new Kind("\u0080\u0005", "a Python pickle; export the model to ONNX"),
          new Kind("\u0080\u0002", "a Python pickle; export the model to ONNX"),
          new Kind(
              "version https://git-lfs", "a Git LFS pointer, not the file; run `git lfs pull`"),
          new Kind("<!DOCTYPE", "a web page"),
          new Kind("<html", "a web page"),
          new Kind("{", "a JSON text"));

  private FileKind() {}

  static void refuseWhatIsNotOnnx(byte[] bytes, String name) {
    if (bytes.length == 0) {
      throw new TouchstoneException(name + " is empty, not an ONNX model");
    }
    String start =
        new String(Arrays.copyOf(bytes, Math.min(bytes.length, 32)), StandardCharsets.ISO_8859_1);
    for (Kind kind : KINDS) {
      if (start.startsWith(kind.start())) {
        throw new TouchstoneException(name + " is no ONNX model but " + kind.what());
      }
    }
  }
}
