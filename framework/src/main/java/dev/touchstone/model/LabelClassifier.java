package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a model of several labels says of one of them: a classifier of two classes, absent and
 * present, as if the model had this output alone.
 */
final class LabelClassifier extends WrappedClassifier implements Scores {
  /** By which provenance says of which label a model is asked. */
  static final String FACT = "label";

  private final int label;
  private final int labels;
  private final OutputKind kind;
  private final AnswersOfAllLabels all;
  private @Nullable GivenWhiteBox alone;
  private @Nullable WhiteBox cutFrom;

  /** One label of a model that is asked for no other. */
  LabelClassifier(Classifier model, int label, int labels, OutputKind kind) {
    this(model, label, labels, kind, new AnswersOfAllLabels(model, labels));
  }

  /**
   * One label of several that are asked for.
   *
   * @param all what the model was asked for any of them
   */
  LabelClassifier(
      Classifier model, int label, int labels, OutputKind kind, AnswersOfAllLabels all) {
    super(model);
    this.all = all;
    this.label = label;
    this.labels = labels;
    this.kind = kind;
  }

  @Override
  public ModelFacts facts() {
    return model.facts().with(FACT, "%d of %d".formatted(label, labels));
  }

  @Override
  public Predictions predict(Tensor batch) {
    return predict(Inputs.of(batch));
  }

  @Override
  public Predictions predict(Inputs batch) {
    return predictions(all.of(label, batch));
  }

  private Predictions predictions(Scored said) {
    // It refuses what is no label.
    model.capability(WhiteBox.class).ifPresent(this::alone);
    double[][] column = column(said);
    if (said.kind() == ScoreKind.LOGITS && kind == OutputKind.PROBABILITIES) {
      for (double[] row : column) {
        row[0] = 1 / (1 + Math.exp(-row[0]));
      }
    }
    OutputKind emitted = kind == OutputKind.LOGITS ? OutputKind.MARGIN : kind;
    return new Outputs(emitted, name()).toPredictions(column);
  }

  private double[][] column(Scored said) {
    double[][] rows = said.rows();
    double[][] column = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != labels) {
        throw new TouchstoneException(
            "%s was declared to be of %d labels, and makes %d number%s for an example; %s"
                .formatted(
                    name(),
                    labels,
                    rows[i].length,
                    rows[i].length == 1 ? "" : "s",
                    cure(rows[i].length)));
      }
      column[i] = new double[] {rows[i][label]};
    }
    return column;
  }

  private String cure(int outputs) {
    if (outputs < 2) {
      return "it is of one label already: leave ofLabel(%d, …) out".formatted(label);
    }
    return label < outputs
        ? "write .ofLabel(%d, %d)".formatted(label, outputs)
        : "write .ofLabel(…, %d) with a label from 0 to %d".formatted(outputs, outputs - 1);
  }

  @Override
  public Scored scores(Tensor batch) {
    return scores(Inputs.of(batch));
  }

  @Override
  public Scored scores(Inputs batch) {
    return ofLabel(all.of(label, batch));
  }

  private Scored ofLabel(Scored said) {
    return new Scored(
        column(said), said.kind() == ScoreKind.LOGITS ? ScoreKind.MARGIN : said.kind());
  }

  @Override
  public <C> Optional<C> capability(Class<C> type) {
    if (type == BatchDependence.class) {
      return model.capability(type);
    }
    if (type == Scores.class) {
      return Optional.of(type.cast(this));
    }
    return model.capability(WhiteBox.class).map(this::alone).flatMap(box -> box.capability(type));
  }

  private synchronized GivenWhiteBox alone(WhiteBox whole) {
    GivenWhiteBox present = alone;
    if (present == null || cutFrom == null || !whole.sharesMemoryWith(cutFrom)) {
      cutFrom = whole;
      present = new GivenWhiteBox(name(), whole.ofLabel(label), kind);
      alone = present;
    }
    return present;
  }

  @Override
  public Classifier withFile(String location) {
    return new LabelClassifier(Models.withFile(model, location), label, labels, kind);
  }

  @Override
  public synchronized void release() {
    alone = null;
    cutFrom = null;
    super.release();
  }
}
