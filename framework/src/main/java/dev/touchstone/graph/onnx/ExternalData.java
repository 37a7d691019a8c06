package dev.touchstone.graph.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Weights that an ONNX file keeps in other files. Only files inside the model's folder are read:
 * the model is untrusted, and links are followed before the check.
 */
final class ExternalData {
  /** By this part of a place ONNX Runtime means its own memory, at the offset as an address. */
  private static final String ADDRESS = "_ORT_MEM_ADDR_";

  private final @Nullable Path model;
  private final String name;

  /**
   * For a model.
   *
   * @param model where it lies; null if it lies in no folder
   * @param name what to call it in messages
   */
  ExternalData(@Nullable Path model, String name) {
    this.model = model;
    this.name = name;
  }

  /**
   * Checks where every tensor of a file lies, wherever in the file it stands; returns the files,
   * sorted.
   *
   * @param file its bytes
   */
  List<Path> checkAll(byte[] file) {
    TreeSet<Path> files = new TreeSet<>();
    TensorPlaces.visit(file, name, tensor -> files.add(file(tensor)));
    return new ArrayList<>(files);
  }

  private Path file(TensorProto tensor) {
    String location = entry(tensor, "location", "");
    if (model == null) {
      throw new TouchstoneException(
          name
              + " keeps the weights \""
              + tensor.getName()
              + "\" in \""
              + location
              + "\", and it does not lie in a folder; save the model with its weights inside");
    }
    if (location.contains(ADDRESS)) {
      throw new TouchstoneException(
          name
              + " says that the weights \""
              + tensor.getName()
              + "\" lie at an address of its reader's memory (\""
              + location
              + "\"); refused. No file can know one: save the model again");
    }
    try {
      Path folder = Objects.requireNonNull(model.toRealPath().getParent(), "a file has a folder");
      Path given = Path.of(location);
      Path file = folder.resolve(given).normalize();
      if (location.isEmpty() || given.isAbsolute() || !file.startsWith(folder)) {
        throw escapes(tensor, location, folder);
      }
      if (!Files.isRegularFile(file)) {
        throw new TouchstoneException(
            name + " keeps weights in \"" + location + "\", and there is no file " + file);
      }
      Path real = file.toRealPath();
      if (!real.startsWith(folder)) {
        throw escapes(tensor, location, folder);
      }
      return real;
    } catch (InvalidPathException | IOException e) {
      throw new TouchstoneException(
          name + " keeps weights in \"" + location + "\", which cannot be read: " + e, e);
    }
  }

  private TouchstoneException escapes(TensorProto tensor, String location, Path folder) {
    return new TouchstoneException(
        name
            + " wants to read the weights \""
            + tensor.getName()
            + "\" from \""
            + location
            + "\", outside its folder "
            + folder
            + "; refused. Save the model with its weights inside or beside it");
  }

  /** The bytes of a tensor that lies outside the ONNX file. */
  ByteString read(TensorProto tensor, long length) {
    Path file = file(tensor);
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long offset = number(tensor, "offset", 0);
      long promised = number(tensor, "length", length);
      if (promised != length || offset < 0 || offset > in.length() - length) {
        throw new TouchstoneException(
            name
                + ": the weights \""
                + tensor.getName()
                + "\" need "
                + length
                + " bytes at "
                + offset
                + " of "
                + file.getFileName()
                + ", which has "
                + in.length()
                + ": it is truncated or belongs to another model");
      }
      byte[] bytes = new byte[Math.toIntExact(length)];
      in.seek(offset);
      in.readFully(bytes);
      return ByteString.copyFrom(bytes);
    } catch (IOException e) {
      throw new TouchstoneException(
          "the weights of " + name + " in " + file + " could not be read: " + e.getMessage(), e);
    }
  }

  private long number(TensorProto tensor, String key, long byDefault) {
    String text = entry(tensor, key, Long.toString(byDefault));
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TouchstoneException(
          name + ": the weights \"" + tensor.getName() + "\" have the " + key + " \"" + text + "\"",
          e);
    }
  }

  private static String entry(TensorProto tensor, String key, String byDefault) {
    return tensor.getExternalDataList().stream()
        .filter(e -> e.getKey().equals(key))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse(byDefault);
  }
}
