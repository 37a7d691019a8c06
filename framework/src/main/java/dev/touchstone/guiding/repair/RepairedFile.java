package dev.touchstone.guiding.repair;

import dev.touchstone.graph.onnx.LastLayer;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The file of a model that was repaired, into which another last layer is written.
 *
 * @param from the original's, an ONNX file
 */
record RepairedFile(Location from) {

  /** The file that a model was read from. */
  static RepairedFile of(Model original, LinearLayer layer) {
    Optional<String> file = Models.fileOf(original);
    if (file.isEmpty() || !file.get().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      throw new TouchstoneException(
          "%s is no ONNX file, the only format that a repaired layer is written into; put layer().slopes() (%d × %d) and layer().intercepts() into the last layer of your own code and save it there, or export the model to ONNX and repair that"
              .formatted(file.orElse(original.name()), layer.features(), layer.outputs()));
    }
    return new RepairedFile(Location.of(file.get()));
  }

  /**
   * Writes what is made of it to another file, and reads that.
   *
   * @param reader of the file
   * @param check of what was read; where it refuses, no file is left
   */
  <M extends Model> M write(
      Path file,
      Function<OnnxFile, byte[]> repaired,
      Function<String, M> reader,
      Consumer<M> check,
      RunContext context) {
    write(file, repaired, context);
    M written = reader.apply(file.toString());
    try {
      check.accept(written);
    } catch (TouchstoneException e) {
      delete(file);
      throw e;
    }
    return written;
  }

  private void write(Path file, Function<OnnxFile, byte[]> repaired, RunContext context) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx")) {
      throw new TouchstoneException(
          "%s does not end in .onnx, which a repaired model is written as".formatted(file));
    }
    byte[] bytes = repaired.apply(OnnxFile.read(from, context.settings().memoryBytes()));
    try {
      if (Files.exists(file)
          && from.path().isPresent()
          && Files.isSameFile(file, from.path().get())) {
        throw new TouchstoneException(
            "%s is the model that was repaired; write to another file, so that both can be compared"
                .formatted(file));
      }
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new TouchstoneException(
          "the repaired model could not be written to %s: %s".formatted(file, e), e);
    }
  }

  /** The file's bytes with a layer in the place of the last one. */
  static byte[] bytes(LastLayer last, LinearLayer layer) {
    Matrix slopes = layer.slopes();
    double[][] rows = new double[slopes.rows()][];
    for (int j = 0; j < rows.length; j++) {
      rows[j] = slopes.row(j);
    }
    return last.replacedBy(rows, layer.intercepts());
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new TouchstoneException(
          "%s is no model that may be used, and could not be deleted: %s".formatted(file, e), e);
    }
  }
}
