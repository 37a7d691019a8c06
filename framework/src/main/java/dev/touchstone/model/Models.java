package dev.touchstone.model;

import ai.djl.nn.Block;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.block.BlockSnapshot;
import dev.touchstone.graph.onnx.FileDigests;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
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
  /** What reads trees, as provenance says it. */
  private static final String TREES = "Touchstone's trees";

  private Models() {}

  /**
   * Returns an ONNX model: a white box where all its operators are known, predict-only through ONNX
   * Runtime otherwise.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file
   */
  public static ModelSource onnx(String location) {
    return onnx(location, Operators.ofOnnx());
  }

  /**
   * Returns an ONNX model with operators that are none of the standard's, or that the white box
   * does not know: it is a white box if those that are given are all that was missing.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @param operators by which its nodes are computed
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file
   */
  public static ModelSource onnx(String location, Operators operators) {
    Location file = Location.of(location);
    return new ModelSource(kind -> new OnnxClassifier(file, kind, operators));
  }

  /**
   * Returns a TorchScript module, as {@code torch.jit.trace} and {@code torch.jit.script} save it,
   * in evaluation mode: it predicts, and has input gradients if it emits logits. It is no white
   * box; ONNX is the format for that. TorchScript is a program: test only files that you would run.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file
   */
  public static ModelSource torchScript(String location) {
    Location file = Location.of(location);
    return new ModelSource(kind -> new TorchScriptClassifier(file, kind, null));
  }

  /**
   * Returns the same of a module that shows its last layer's input: it has a {@link Representation}.
   *
   * <pre>{@code
   * @torch.jit.export
   * def encode(self, x):
   *     return self.body(x)
   *
   * def forward(self, x):
   *     return self.head(self.encode(x))
   * }</pre>
   *
   * @param encoder the name of the method, such as {@code "encode"}
   */
  public static ModelSource torchScript(String location, String encoder) {
    Location file = Location.of(location);
    if (encoder.isBlank()) {
      throw new TouchstoneException(
          "a method without a name; give the one that shows the last layer's input, such as"
              + " \"encode\", or none");
    }
    return new ModelSource(kind -> new TorchScriptClassifier(file, kind, encoder));
  }

  /**
   * Returns a model in a file of another library's format, which that library reads and answers
   * for: XGBoost's, LightGBM's, CatBoost's, PMML and whatever else runs on the JVM. The verdict
   * knows it by the SHA-256 of its file, so that a gate may ship it; the reader gets the very bytes
   * that were hashed.
   *
   * <pre>{@code
   * @ModelUnderTest
   * static Classifier model =
   *     Models.served("models/fraud.ubj", "XGBoost4J 3.4.0", new FraudReader()).emittingProbabilities();
   * }</pre>
   *
   * <p>It predicts and shows what it emits; it has no gradients and no layers. It is asked one
   * batch at a time, and every answer is checked as any model's. The SHA-256 does not cover the
   * reader's code: provenance names its class.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @param readBy the library and its version, which provenance holds and a policy pins: another
   *     version may give other answers
   * @param reader opens the file; results are shared with models of an equal reader only
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file
   */
  public static ModelSource served(String location, String readBy, ModelReader reader) {
    Location file = Location.of(location);
    if (readBy.isBlank()) {
      throw new TouchstoneException(
          "%s is read by a library without a name; give its name and version, such as \"XGBoost4J 3.4.0\""
              .formatted(file.fileName()));
    }
    return new ModelSource(kind -> new ServedClassifier(file, readBy, reader, kind));
  }

  /**
   * Returns boosted trees, or a linear model ({@code gblinear}), in a file of XGBoost's, as {@code
   * save_model} writes it ({@code .ubj} or {@code .json}), read without XGBoost: it answers as
   * {@code Booster.predict} does.
   *
   * <p>Columns are bound by the names that the file states. A category may come as a text, where
   * XGBoost 3.1 or later wrote the file, or as its number. A value that is missing is NaN, or an
   * empty text.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file; when it is used,
   *     if it is none of XGBoost's, of a version newer than those that were compared, of a booster
   *     or objective that is not known, or if early stopping left rounds behind the best one
   */
  public static ModelSource xgboost(String location) {
    return served(location, TREES, new TreeReader(TreeReader.Format.XGBOOST, OptionalInt.empty()));
  }

  /**
   * Returns the same of the first rounds: all of them, as {@code Booster.predict} and XGBoost4J
   * take, or those up to the best one, as scikit-learn's interface does after early stopping.
   *
   * @param rounds from 1 to the number of the file's
   * @see #xgboost(String)
   */
  public static ModelSource xgboost(String location, int rounds) {
    return served(
        location, TREES, new TreeReader(TreeReader.Format.XGBOOST, OptionalInt.of(rounds)));
  }

  /**
   * Returns the same of a file in memory, as XGBoost4J's {@code booster.toByteArray("ubj")} makes
   * it: what a trainer of one's own hands back, with no native memory to free.
   *
   * <pre>{@code
   * return Models.xgboost("boosted on " + data.name(), booster.toByteArray("ubj"))
   *     .emittingProbabilities();
   * }</pre>
   *
   * @param name what to call it
   * @param file what {@code save_model} would write; a copy is taken
   * @see #xgboost(String)
   */
  public static ModelSource xgboost(String name, byte[] file) {
    byte[] bytes = file.clone();
    TreeReader reader = new TreeReader(TreeReader.Format.XGBOOST, OptionalInt.empty());
    return new ModelSource(kind -> new ServedClassifier(name, bytes, TREES, reader, kind));
  }

  /**
   * Returns boosted trees in a text file of LightGBM's, as {@code save_model} writes it, read
   * without LightGBM: it answers as {@code Booster.predict} does.
   *
   * <p>Columns are bound by the names that the file states. A category may come as a text, where
   * the model was trained on a pandas DataFrame, or as its number; one that the model does not know
   * is missing to it, as to LightGBM. A value that is missing is NaN, or an empty text.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file; when it is used,
   *     if it is none of LightGBM's, or of another version than v3 and v4, or has an objective that
   *     is not known
   */
  public static ModelSource lightgbm(String location) {
    return served(location, TREES, new TreeReader(TreeReader.Format.LIGHTGBM, OptionalInt.empty()));
  }

  /**
   * Returns a model whose file's ending names its format: {@code .onnx}, {@code .pt} for
   * TorchScript, or {@code .ubj} for {@linkplain #xgboost XGBoost}.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws dev.touchstone.runtime.TouchstoneException if the ending is another one, or if there is
   *     no such file
   */
  public static ModelSource file(String location) {
    String name = location.toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      return onnx(location);
    }
    if (name.endsWith(".pt")) {
      return torchScript(location);
    }
    if (name.endsWith(".ubj")) {
      return xgboost(location);
    }
    throw new TouchstoneException(
        "\"%s\" has no ending that names a format; give an .onnx, a .pt (TorchScript) or a .ubj (XGBoost) file, or say in Java who reads it: Models.xgboost(file), Models.lightgbm(file), or Models.served(file, \"library version\", reader)"
            .formatted(location));
  }

  /**
   * Returns where a model's file lies, as it was written; empty for a model that was not read from
   * a file.
   */
  public static Optional<String> fileOf(Model model) {
    return model instanceof FromFile fromFile
        ? fromFile.location().map(Location::toString)
        : Optional.empty();
  }

  /**
   * Returns what is declared of one model, said of another file: what it emits and its
   * preprocessing stay, and so does the reader of {@link #served}. Of any other model the other
   * file's ending names its format.
   *
   * <pre>{@code
   * Classifier approved = Models.onnx("models/bone-age.onnx").normalising(mean, std).emittingLogits();
   * Classifier candidate = Models.withFile(approved, "build/bone-age-2.onnx");
   * }</pre>
   *
   * @param declared a model that was read from a file, with or without preprocessing
   * @param location a path, {@code file:…} or {@code classpath:…}
   * @throws TouchstoneException if {@code declared} was made without a file, or if there is no such
   *     file
   */
  public static Classifier withFile(Classifier declared, String location) {
    if (declared instanceof FromFile.OfClassifier fromFile && fromFile.location().isPresent()) {
      return fromFile.withFile(location);
    }
    throw notFromFile(declared);
  }

  /**
   * Returns the same of a regressor.
   *
   * @see #withFile(Classifier, String)
   */
  public static Regressor withFile(Regressor declared, String location) {
    if (declared instanceof OutputRegressor fromFile && fromFile.location().isPresent()) {
      return fromFile.withFile(location);
    }
    throw notFromFile(declared);
  }

  /**
   * Returns the same declarations about another file, of a model of several labels.
   *
   * @see #withFile(Classifier, String)
   */
  public static MultiLabelModel withFile(MultiLabelModel declared, String location) {
    return declared.withFile(location);
  }

  private static TouchstoneException notFromFile(Model declared) {
    return new TouchstoneException(
        declared.name()
            + " was not read from a file, so that no other file can take its place; only models of"
            + " Models.onnx, Models.torchScript, Models.served and Models.file were, with or"
            + " without normalising");
  }

  /**
   * Returns a tree of DJL blocks with its weights, as it is now: a white box. Sequences and
   * parallel branches are taken apart, so that their layers can be named; any other block becomes
   * one node.
   *
   * <p>DJL names the blocks of a sequence by position and class, such as {@code 01Conv2d}; {@code
   * dev.touchstone.training.NamedBlocks} gives them names of one's own. A lambda is known by its
   * name: {@code Activation.reluBlock()} is a ReLU to guided backpropagation, the anonymous {@code
   * add(Activation::relu)} is a function like any other.
   *
   * <p>The model's hash is made of the weights and of every block's settings. Code it knows by
   * name: a lambda by the name given, a block of one's own by its class. Where a lambda has no
   * name, the model's provenance says so ({@code not described}), and results are shared only with
   * models of the very same code.
   *
   * <p>Where a lambda multiplies, divides or raises by a number, write {@link
   * dev.touchstone.graph.operator.Scalars}: of {@code x.mul(.5)}, and so of DJL's own {@code
   * Activation.swish}, the number may be freed before the derivative reads it (DJL 0.35.1).
   *
   * @param name what to call it
   * @param block initialised or loaded, of one input and one output
   * @param exampleShape the shape of one example, such as 1, 28, 28; if not given, the shape that
   *     the block was initialised with
   * @throws dev.touchstone.runtime.TouchstoneException if the block has no weights yet
   */
  public static ModelSource block(String name, Block block, int... exampleShape) {
    BlockSnapshot snapshot = BlockSnapshot.of(block, name, exampleShape);
    return new ModelSource(kind -> new BlockClassifier(name, snapshot, kind));
  }

  /**
   * Returns any function from a batch to n × k raw outputs: a service, another library, a rule.
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
   * Returns a white box as a model, such as one whose weights were changed on purpose.
   *
   * @param name what to call it; its hash is that of all that the white box computes
   */
  public static ModelSource whiteBox(String name, WhiteBox box) {
    return new ModelSource(kind -> new GivenWhiteBox(name, box, kind));
  }

  /**
   * Returns the SHA-256 by which verdicts know a model file, without loading the model or any
   * engine: that of the file's bytes, as {@code sha256sum} prints it; for an ONNX file with
   * external data, one over the file and its data.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}; ONNX files end in {@code .onnx}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file, or it ends in
   *     {@code .onnx} and is no ONNX file
   */
  public static String sha256(String location) {
    return digests(location).sha256();
  }

  /**
   * Returns what {@link #sha256} is made of: the digests of the model's file and, for an ONNX file
   * with external data, of the files that hold these.
   *
   * @param location a path, {@code file:…} or {@code classpath:…}; ONNX files end in {@code .onnx}
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file, or it ends in
   *     {@code .onnx} and is no ONNX file
   */
  public static FileDigests digests(String location) {
    Location file = Location.of(location);
    return file.fileName().toLowerCase(Locale.ROOT).endsWith(".onnx")
        ? OnnxFile.digests(file)
        : FileDigests.of(file.fileName(), Digest.ofBytes(file.read(Integer.MAX_VALUE - 8)));
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
