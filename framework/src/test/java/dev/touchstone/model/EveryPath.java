package dev.touchstone.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.Torch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The same small model of two features on each path by which a model can answer. */
enum EveryPath {
  WHITE_BOX {
    @Override
    ModelSource of(Step step, Path folder) {
      return onnx(step, "Identity", "white-box.onnx", folder);
    }
  },
  ONNX_RUNTIME {
    @Override
    ModelSource of(Step step, Path folder) {
      // Round has no white-box form; it leaves whole numbers and infinities as they are.
      return onnx(step, "Round", "runtime.onnx", folder);
    }
  },
  TORCH_SCRIPT {
    @Override
    ModelSource of(Step step, Path folder) {
      return Models.torchScript(
          written(folder, "module.pt", withForward(step.script, folder)).toString());
    }
  },
  DJL_BLOCK {
    @Override
    ModelSource of(Step step, Path folder) {
      Block block =
          new LambdaBlock(in -> new NDList(step.array.apply(in.singletonOrThrow())), step.name());
      try (NDManager manager = Torch.manager("cpu")) {
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
        return Models.block("block", block, 2);
      }
    }
  },
  FUNCTION {
    @Override
    ModelSource of(Step step, Path folder) {
      return Models.function(
          "function",
          step.name(),
          batch -> {
            double[][] rows = new double[batch.rows()][2];
            for (int i = 0; i < rows.length; i++) {
              for (int j = 0; j < 2; j++) {
                rows[i][j] = batch.row(i)[j];
              }
            }
            return step == Step.CROSSWISE
                ? crosswise(rows)
                : step == Step.NOTHING ? new double[batch.rows()][0] : rows;
          });
    }
  };

  /** What is made of a batch of two features an example. */
  enum Step {
    /** The features themselves. */
    FEATURES("return x", array -> array.mul(1)),
    /** The features, classes first: 2 × n. */
    CROSSWISE("return torch.t(x)", NDArray::transpose),
    /** No number of each example: n × 0. */
    NOTHING(
        "return torch.slice(x, 1, 0, 0)",
        array -> array.matMul(array.getManager().zeros(new Shape(2, 0)))),
    /** Whole numbers in place of scores. */
    WHOLE_NUMBERS("return torch.argmax(x, 1)", array -> array.argMax(1));

    private final String script;
    private final Function<NDArray, NDArray> array;

    Step(String script, Function<NDArray, NDArray> array) {
      this.script = script;
      this.array = array;
    }
  }

  private static final String ENCODER = "classpath:torchscript/encoder.pt";

  abstract ModelSource of(Step step, Path folder);

  private static ModelSource onnx(Step step, String type, String name, Path folder) {
    OnnxBuilder builder = new OnnxBuilder().input("x", 0, 2).node(type, List.of("x"), "same");
    if (step == Step.CROSSWISE) {
      builder.node("Transpose", List.of("same"), "y").output("y", 2, 0);
    } else if (step == Step.NOTHING) {
      builder
          .weights("W", new float[0], 2, 0)
          .node("MatMul", List.of("same", "W"), "y")
          .output("y", 0, 0);
    } else {
      builder.node("Identity", List.of("same"), "y").output("y", 0, 2);
    }
    return Models.onnx(written(folder, name, builder.bytes()).toString());
  }

  private static double[][] crosswise(double[][] rows) {
    double[][] columns = new double[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }

  private static Path written(Path folder, String name, byte[] bytes) {
    try {
      return Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The module of {@code torchscript_methods.py} with another program for {@code forward}. */
  private static byte[] withForward(String statement, Path folder) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Path module = written(folder, "encoder.pt", Location.of(ENCODER).read(1 << 20));
    try (ZipFile in = new ZipFile(module.toFile());
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (ZipEntry entry : in.stream().toList()) {
        byte[] content = in.getInputStream(entry).readAllBytes();
        if (entry.getName().endsWith("/code/__torch__.py")) {
          String program = new String(content, StandardCharsets.UTF_8);
          content =
              program
                  .replace("return (fc2).forward((self).encode(x, ), )", statement)
                  .getBytes(StandardCharsets.UTF_8);
        }
        out.putNextEntry(stored(entry.getName(), content));
        out.write(content);
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static ZipEntry stored(String name, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    return entry;
  }

  /** Rows of numbers as features. */
  static float[] flat(double[][] rows) {
    double[] all = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    float[] features = new float[all.length];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) all[i];
    }
    return features;
  }
}
