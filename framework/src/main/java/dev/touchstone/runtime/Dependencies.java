package dev.touchstone.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apiguardian.api.API;

/**
 * What a user has to add to the class path, with versions, so that a message can be followed as it
 * stands.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Dependencies {
  private static final Properties VERSIONS = versions();

  private Dependencies() {}

  /** Returns ONNX Runtime's coordinates, and where its version is managed. */
  public static String onnxRuntime() {
    return "com.microsoft.onnxruntime:onnxruntime:%s (touchstone-bom manages the version)"
        .formatted(version("onnxruntime"));
  }

  /** Returns the coordinates of what reads Parquet files. */
  public static String parquet() {
    return "org.apache.parquet:parquet-column:%1$s, org.apache.parquet:parquet-format-structures:%1$s and io.airlift:aircompressor:%2$s (touchstone-bom manages the versions)"
        .formatted(version("parquet"), version("aircompressor"));
  }

  /** Returns the coordinates of what reads the tokenizers of text encoders. */
  public static String tokenizers() {
    return "ai.djl.huggingface:tokenizers:%s (touchstone-bom manages the version)"
        .formatted(version("djl"));
  }

  /** Returns the coordinates of what divides images into superpixels. */
  public static String boofcv() {
    return "org.boofcv:boofcv-feature:%s (touchstone-bom manages the version)"
        .formatted(version("boofcv"));
  }

  /** Returns the coordinates of what trains boosted trees. */
  public static String xgboost() {
    return "ml.dmlc:xgboost4j_2.12:%s (touchstone-bom manages the version)"
        .formatted(version("xgboost4j"));
  }

  /** Returns the coordinates of the artifact that brings every native library for the CPU. */
  public static String nativesForCpu() {
    return "dev.touchstone:touchstone-natives-cpu:%s (type pom)".formatted(version("touchstone"));
  }

  /** Returns the coordinates of the artifact that brings PyTorch's native library for CUDA. */
  public static String nativesForCuda() {
    return "dev.touchstone:touchstone-natives-cu124:%s (type pom)".formatted(version("touchstone"));
  }

  /** Returns the version of libtorch that this build is made for, such as {@code 2.7.1}. */
  static String pyTorchVersion() {
    return version("pytorch");
  }

  /** Returns what {@code PYTORCH_FLAVOR} has to say of a libtorch of that version for CUDA. */
  static String cudaFlavor() {
    return version("pytorch.cuda");
  }

  /** Returns the coordinates of PyTorch's native library, to be completed by a classifier. */
  public static String pyTorchNative() {
    return "ai.djl.pytorch:pytorch-native-cpu:" + version("pytorch");
  }

  /** Returns the coordinates of ND4J's native libraries, to be completed by a classifier. */
  public static String nd4jNatives() {
    return "org.nd4j:nd4j-native:%s, org.bytedeco:openblas:%s and org.bytedeco:javacpp:%s"
        .formatted(version("nd4j"), version("openblas"), version("javacpp"));
  }

  private static String version(String artifact) {
    return VERSIONS.getProperty(artifact);
  }

  private static Properties versions() {
    Properties versions = new Properties();
    try (InputStream file = Dependencies.class.getResourceAsStream("dependencies.properties")) {
      if (file == null) {
        throw new IllegalStateException("dependencies.properties is missing beside this class");
      }
      versions.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }
}
