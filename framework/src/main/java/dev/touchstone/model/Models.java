package dev.touchstone.model;

import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import java.util.function.Function;

/**
 * Where models come from.
 *
 * <pre>{@code
 * Classifier model = Models.onnx("models/bone-age.onnx").emittingLogits();
 * }</pre>
 *
 * <p>A file is looked for at once, and read when the model is first used.
 */
public final class Models {
  private Models() {}

  /**
   * An ONNX model: a white box where all its operators are known, predict-only through ONNX Runtime
   * otherwise.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file
   */
  public static ModelSource onnx(String location) {
    Location file = Location.of(location);
    return new ModelSource(kind -> new OnnxClassifier(file, kind));
  }

  /**
   * Any function from a batch to n × k raw outputs: a service, another library, a rule.
   *
   * @param name what to call it; with {@code version} it stands for the model's hash in provenance
   * @param version changes whenever the function does
   */
  public static ModelSource function(
      String name, String version, Function<Tensor, double[][]> function) {
    String hash = Digest.sha256().add(name).add(version).hex();
    return new ModelSource(kind -> new FunctionClassifier(name, hash, kind, function));
  }

  /**
   * Frees a model's native memory, if this library loaded it. A test framework's extension does
   * this for the models it injects.
   */
  public static void release(Model model) {
    if (model instanceof LoadedModel loaded) {
      loaded.release();
    }
  }
}
