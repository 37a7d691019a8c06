package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.GraphInputs;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.graph.onnx.OnnxLabel;
import dev.touchstone.graph.operator.Operators;
import dev.touchstone.graph.operator.UnsupportedOperatorException;
import dev.touchstone.model.tree.OnnxTrees;
import dev.touchstone.model.tree.TreeEnsemble;
import dev.touchstone.runtime.Dependencies;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A model in an ONNX file, read when first used: a white box if it knows all operators, else
 * predict-only on ONNX Runtime. Where the file names the class that it predicts in an output of its
 * own, that output decides.
 */
final class OnnxClassifier extends WhiteBoxClassifier
    implements FromFile.OfClassifier, BatchDependence {
  /**
   * ONNX Runtime does not say how much memory a model needs. Activations of common networks are
   * within this many times the input.
   */
  private static final long RUNTIME_BYTES_PER_INPUT_BYTE = 64;

  private static final int MOST_ROWS = 16384;

  /** Of a model that takes one scale for a whole batch, whatever the memory. */
  private static final int QUANTISED_ROWS = 64;

  private final Location location;
  private final Operators operators;
  private @Nullable Known known;
  private @Nullable OnnxFile unopened;
  private @Nullable WhiteBox whiteBox;
  private @Nullable OnnxRuntime runtime;
  private @Nullable String labelNotRead;
  private boolean keepsBatches;
  private @Nullable Optional<TreeEnsemble> trees;

  OnnxClassifier(Location location, OutputKind kind, Operators operators) {
    super(kind, location.fileName());
    this.location = location;
    this.operators = operators;
  }

  /** What is known of the file once it has been read; kept when the file's bytes are let go. */
  private record Known(
      String sha256,
      Optional<UnsupportedOperatorException> refused,
      Optional<OnnxLabel> label,
      List<String> classes,
      GraphInputs inputs,
      boolean inHalfPrecision,
      boolean iterating,
      List<String> unsteady,
      List<String> quantising,
      List<String> notDescribed) {

    static Known of(OnnxFile file) {
      return new Known(
          file.sha256(),
          file.whiteBoxRefused(),
          file.label(),
          file.classes(),
          new GraphInputs(file.name(), file.inputs()),
          file.isInHalfPrecision(),
          file.isIterating(),
          file.unsteadyOperators(),
          file.quantisingOperators(),
          file.whiteBoxRefused().isEmpty() ? file.graph().notDescribed() : List.of());
    }
  }

  private synchronized Known known() {
    if (known == null) {
      file();
    }
    if (known == null) {
      throw new IllegalStateException("reading the file makes it known");
    }
    return known;
  }

  private OnnxFile file() {
    OnnxFile file = unopened;
    if (file == null) {
      file = OnnxFile.read(location, RunContext.current().settings().memoryBytes(), operators);
      if (known != null && !known.sha256().equals(file.sha256())) {
        throw new TouchstoneException(
            location + " changed while it was being tested; start the tests again");
      }
      refuseARegressorsPrediction(file);
      known = Known.of(file);
      unopened = file;
    }
    return file;
  }

  private void refuseARegressorsPrediction(OnnxFile file) {
    String regressor = file.regressor().orElse("");
    if (outputs() == OutputKind.LOGITS && !regressor.isEmpty()) {
      throw new TouchstoneException(
          "%s was declared to emit LOGITS, and its output \"%s\" is what %s predicts. %s"
              .formatted(file.name(), file.output(), regressor, OneRealOutput.QUESTION));
    }
  }

  @Override
  synchronized WhiteBox whiteBox() {
    WhiteBox loaded = whiteBox;
    if (loaded == null) {
      loaded = file().whiteBox(RunContext.current().settings().device());
      whiteBox = loaded;
      unopened = null;
    }
    return loaded;
  }

  private synchronized OnnxRuntime runtime() {
    OnnxRuntime opened = runtime;
    if (opened == null) {
      OnnxFile file = file();
      try {
        opened = OnnxRuntime.open(file, keepsBatches);
      } catch (LinkageError e) {
        // The dependency is optional: where it is missing, the class cannot even be verified.
        throw new TouchstoneException(
            name()
                + " has to run on ONNX Runtime"
                + file.whiteBoxRefused()
                    .map(r -> " because " + r.getMessage())
                    .orElse(
                        file.isIterating()
                            ? " because an iteration makes its probabilities"
                            : " because it is not in single precision")
                + ", which is not on the class path or has no native library for this platform;"
                + " add "
                + Dependencies.onnxRuntime(),
            e);
      }
      runtime = opened;
    }
    return opened;
  }

  /** Declares that answers depend on their batch, which is not to be divided. */
  synchronized void keepBatches() {
    keepsBatches = true;
  }

  @Override
  public Optional<Location> location() {
    return Optional.of(location);
  }

  @Override
  public Classifier withFile(String other) {
    ModelSource source =
        operators.own().isEmpty() ? Models.file(other) : Models.onnx(other, operators);
    return source.inPlaceOf(location.toString()).of(outputs());
  }

  private synchronized Optional<TreeEnsemble> trees() {
    Optional<TreeEnsemble> read = trees;
    if (read == null) {
      read = isWhiteBox() ? Optional.empty() : OnnxTrees.of(file().bytes());
      trees = read;
      if (runtime != null) {
        unopened = null;
      }
    }
    return read;
  }

  private boolean isWhiteBox() {
    return known().refused().isEmpty();
  }

  /**
   * Whether the white box predicts. It computes in single precision: what takes numbers of another
   * type, computes in half precision, or iterates towards its answers, is asked of ONNX Runtime,
   * and the white box gives its derivatives.
   */
  private boolean whiteBoxPredicts() {
    return isWhiteBox()
        && known().inputs().takesSingles()
        && !known().inHalfPrecision()
        && !known().iterating();
  }

  @Override
  public String name() {
    return location.fileName();
  }

  @Override
  public String sha256() {
    return known().sha256();
  }

  @Override
  public Object identity() {
    return operators.own().isEmpty() ? super.identity() : List.of(super.identity(), operators);
  }

  @Override
  public ModelFacts facts() {
    Known known = known();
    ModelFacts told =
        facts("ONNX")
            .withNotDescribed(known.notDescribed())
            .withOwnOperators(List.copyOf(operators.own()))
            .withQuantisedTogether(answeredTogether());
    told =
        whiteBoxPredicts()
            ? told.runningOn("white box")
            : told.runningOn("ONNX Runtime").withRuntimeThreads(OnnxRuntime.THREADS);
    return known.label().isEmpty() ? told : told.withLabelOutput(inWords(known.label().get()));
  }

  private String inWords(OnnxLabel label) {
    return readableLabel().isPresent()
        ? "\"%s\", which decides the class".formatted(label.output())
        : "\"%s\", not read: %s".formatted(label.output(), labelNotRead);
  }

  /** A white box computes scores alone: its label is read by ONNX Runtime, where that is there. */
  private synchronized Optional<OnnxLabel> readableLabel() {
    Optional<OnnxLabel> label = known().label();
    if (label.isEmpty() || labelNotRead != null) {
      return Optional.empty();
    }
    try {
      runtime();
    } catch (TouchstoneException e) {
      if (!whiteBoxPredicts()) {
        throw e;
      }
      labelNotRead =
          e.getCause() instanceof LinkageError
              ? "ONNX Runtime is missing (com.microsoft.onnxruntime:onnxruntime)"
              : e.getMessage();
      return Optional.empty();
    }
    return label;
  }

  @Override
  public Predictions predict(Tensor batch) {
    return predict(Inputs.of(batch));
  }

  @Override
  public Predictions predict(Inputs batch) {
    OnnxLabel label = readableLabel().orElse(null);
    if (whiteBoxPredicts()) {
      Predictions scored = super.predict(batch.onlyFeatures(name()));
      return label == null ? scored : scored.naming(runtime().labels(batch, label));
    }
    if (label == null) {
      return predict(batch, runtime()::outputs);
    }
    IdentityHashMap<Inputs, int[]> named = new IdentityHashMap<>();
    Predictions scored =
        predict(
            batch,
            asked -> {
              OnnxRuntime.Said said = runtime().said(asked, label);
              named.put(asked, said.named());
              return said.scores();
            });
    return scored.naming(Objects.requireNonNull(named.get(batch), "it was asked about the batch"));
  }

  @Override
  public List<String> unsteadyOperators() {
    return known().unsteady();
  }

  @Override
  public OptionalInt answeredTogether() {
    Known known = known();
    if (known.quantising().isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(known.inputs().batch() > 0 ? known.inputs().batch() : QUANTISED_ROWS);
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == BatchDependence.class) {
      return Optional.of(type.cast(this));
    }
    if (type == StatedClasses.class) {
      StatedClasses stated = known()::classes;
      return known().classes().isEmpty() ? Optional.empty() : Optional.of(type.cast(stated));
    }
    if (type == LabelOfLargest.class) {
      return known()
          .label()
          .map(OnnxLabel::largestOf)
          .filter(value -> !value.isEmpty() && isWhiteBox())
          .map(value -> type.cast((LabelOfLargest) () -> value));
    }
    if (type == TreeEnsemble.class) {
      return trees().map(type::cast);
    }
    if (type == DecisionTrees.class) {
      boolean singles = known().inputs().takesSingles();
      return trees().map(found -> type.cast(new OnnxDecisionTrees(name(), found, singles)));
    }
    if (isWhiteBox()) {
      return super.capability(type);
    }
    return type == Scores.class ? Optional.of(type.cast(this)) : Optional.empty();
  }

  @Override
  public String whyMissing(Class<?> capability) {
    Optional<UnsupportedOperatorException> refused = known().refused();
    if (refused.isPresent()) {
      return "runs on ONNX Runtime because " + refused.get().getMessage();
    }
    return super.whyMissing(capability);
  }

  @Override
  public Scored scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  /** Those of the white box, where there is one: its derivatives are theirs. */
  @Override
  public Scored scores(Inputs batch) {
    return whiteBoxPredicts() || isWhiteBox() && !outputs().isOfRegressor()
        ? super.scores(batch)
        : scores(batch, runtime()::outputs);
  }

  @Override
  double[][] rawOutputs(Tensor batch) {
    return whiteBoxPredicts() ? super.rawOutputs(batch) : runtime().outputs(batch);
  }

  @Override
  public int batchSize(long budgetBytes) {
    if (whiteBoxPredicts()) {
      return super.batchSize(budgetBytes);
    }
    if (answeredTogether().isPresent()) {
      return answeredTogether().getAsInt();
    }
    long rows = budgetBytes / (known().inputs().bytesOfOne() * RUNTIME_BYTES_PER_INPUT_BYTE);
    return (int) Math.max(1, Math.min(MOST_ROWS, rows));
  }

  @Override
  public synchronized void release() {
    if (whiteBox != null) {
      whiteBox.release();
      whiteBox = null;
    }
    if (runtime != null) {
      runtime.close();
      runtime = null;
    }
    unopened = null;
  }
}
