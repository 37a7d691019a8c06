package dev.touchstone.model;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Activations;
import dev.touchstone.graph.MisfitException;
import dev.touchstone.graph.Quantity;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Asks a model and checks what it answers: one answer for each example, of the data's classes, and
 * none that is NaN or infinite. Every prediction, gradient and representation that a check uses
 * comes from here, whoever wrote the model; what makes a row of {@link Predictions} an answer is
 * checked where they are made.
 */
public final class CheckedAnswers {
  /** Fewer rows of logits may look like probabilities by chance. */
  private static final int ROWS_TO_TELL = 4;

  private static final int FIRST_ROWS = 64;

  private CheckedAnswers() {}

  /**
   * Returns the predictions for a whole data set.
   *
   * @param budgetBytes working memory for one batch
   * @throws TouchstoneException if the model does not fit the data, if it does not answer each
   *     example once, with the data's classes in the order of these, and if its outputs are not
   *     what was declared
   */
  public static Predictions of(Classifier model, Dataset data, long budgetBytes) {
    Predictions predictions = ofSome(model, data, budgetBytes);
    refuseWhatLooksLikeAnother(model, predictions, data);
    return predictions;
  }

  /**
   * Returns the predictions for a part of the data that was not chosen to be claimed about: a few
   * rows of logits may all look like probabilities.
   *
   * @throws TouchstoneException as {@link #of}, but for outputs that only look like others than
   *     were declared
   */
  public static Predictions ofSome(Classifier model, Dataset part, long budgetBytes) {
    StatedOrder.require(model, part);
    Predictions predictions = model.predictAll(part, budgetBytes);
    requireCount(model, predictions, part.size());
    requireClasses(model, predictions, part, 0);
    return predictions;
  }

  /**
   * Returns the predictions for rows that are none of any data, such as perturbed examples.
   *
   * @param rows no more than the model takes at once
   * @throws TouchstoneException if the model does not fit them, does not answer each once, or its
   *     outputs are not what was declared
   */
  public static Predictions of(Classifier model, Inputs rows) {
    Predictions predictions = model.predict(rows);
    requireCount(model, predictions, rows.rows());
    return predictions;
  }

  /**
   * Refuses a model of other classes than the data's, or that states them in another order, by
   * asking it about the first examples.
   *
   * @throws TouchstoneException as {@link #of}
   */
  public static void requireClassesOf(Classifier model, Dataset data) {
    StatedOrder.require(model, data);
    ofBatch(model, data, 0, Math.min(FIRST_ROWS, data.size()));
  }

  /**
   * Returns the values that a regressor predicts for a whole data set.
   *
   * @param budgetBytes working memory for one batch
   * @return one for each example, in the data's order
   * @throws TouchstoneException if the model does not fit the data, or does not answer each example
   *     once
   */
  public static Values of(Regressor model, Dataset data, long budgetBytes) {
    List<Values> batches = new ArrayList<>();
    int step = model.batchSize(budgetBytes);
    for (int from = 0; from < data.size(); from += step) {
      int to = Math.min(data.size(), from + step);
      Values answers = asked(data, from, to, model::predict);
      if (answers.size() != to - from) {
        throw wrongCount(model, answers.size(), to - from);
      }
      batches.add(answers);
    }
    return Values.concatenated(batches);
  }

  /** Asks about a range, and says of a table without enough features which columns are none. */
  private static <A> A asked(Dataset data, int from, int to, Function<Inputs, A> model) {
    try {
      return model.apply(data.inputs(from, to));
    } catch (MisfitException e) {
      Set<String> others = new LinkedHashSet<>(data.columns());
      data.featureNames().forEach(others::remove);
      if (e.lacking() == 0 || data.featureNames().isEmpty() || others.isEmpty()) {
        throw e;
      }
      throw new TouchstoneException(
          "%s. Its groups %s are no features: where the model was trained with them, declare them as such, too, .numeric(\"%s\").allColumns() in Java, features = {…} in @DatasetUnderTest or \"features\" in the schema"
              .formatted(e.getMessage(), others, others.iterator().next()),
          e);
    }
  }

  private static TouchstoneException wrongCount(Model model, int answers, int examples) {
    return new TouchstoneException(
        "%s gave %d answers for %d examples; let it answer each example once, in their order"
            .formatted(model.name(), answers, examples));
  }

  /** The predictions for the examples of a range. */
  static Predictions ofBatch(Classifier model, Dataset data, int from, int to) {
    Predictions predictions;
    try {
      predictions = asked(data, from, to, model::predict);
    } catch (InvalidAnswerException e) {
      throw e.of(model.name(), data, from);
    }
    requireCount(model, predictions, to - from);
    requireClasses(model, predictions, data, from);
    return predictions;
  }

  private static void requireCount(Classifier model, Predictions predictions, int examples) {
    if (predictions.size() != examples) {
      throw wrongCount(model, predictions.size(), examples);
    }
  }

  private static void requireClasses(
      Classifier model, Predictions predictions, Dataset data, int from) {
    if (predictions.size() > 0 && predictions.classes() != data.classNames().size()) {
      throw new TouchstoneException(
          "%s predicts %d classes%s and %s has %d: %s; declare all classes of the model, in the order of its outputs and also those that no example has (.label(\"column\", …) of a table, .classes(…) of folders), or give data of its classes"
              .formatted(
                  model.name(),
                  predictions.classes(),
                  from == 0 ? "" : " from row " + from + " on",
                  data.name(),
                  data.classNames().size(),
                  data.classNames()));
    }
  }

  /**
   * Logits may be any numbers. Where all rows of the data could be probabilities or their
   * logarithms, the declaration is taken for a mistake: a softmax over them would be a wrong answer
   * that looks right.
   */
  private static void refuseWhatLooksLikeAnother(
      Classifier model, Predictions predictions, Dataset data) {
    Resemblance resemblance = predictions.resemblance();
    if (model.outputs() == OutputKind.LOGITS
        && predictions.size() >= ROWS_TO_TELL
        && 2 * resemblance.saturated() > predictions.size()) {
      throw new TouchstoneException(
          "%s was declared to emit LOGITS and makes one real number for each example, of which a sigmoid makes 0 or 1 and nothing between at %d of the %d examples of %s. %s"
              .formatted(
                  model.name(),
                  resemblance.saturated(),
                  predictions.size(),
                  data.name(),
                  OneRealOutput.QUESTION));
    }
    if (predictions.size() < ROWS_TO_TELL
        || resemblance.whole()
        || resemblance.kind() == OutputKind.LOGITS) {
      return;
    }
    throw new TouchstoneException(
        "%s was declared to emit %s, and all its %d rows on %s look like %s; declare outputs = %5$s, or let the model add a constant to its scores if they are scores all the same, which changes no probability"
            .formatted(
                model.name(),
                model.outputs(),
                predictions.size(),
                data.name(),
                resemblance.kind()));
  }

  /**
   * Returns the scores of a batch. A classifier of someone else's that shows none is asked for its
   * probabilities, and the kind says so.
   *
   * @throws MissingCapabilityException for a model that has no scores and predicts no classes
   * @throws TouchstoneException if there is not one row for each example, as long as the others, or
   *     one has a number that is no score: NaN, +∞, or −∞ other than for a class that is masked or
   *     has no probability
   */
  public static Scored scores(Model model, Inputs batch) {
    Scores source = model.capability(Scores.class).orElse(null);
    if (source != null) {
      return scores(model.name(), source.scores(batch), batch.rows());
    }
    if (model instanceof Classifier classifier) {
      return scores(model.name(), Scored.of(classifier.predict(batch)), batch.rows());
    }
    throw new MissingCapabilityException(
        "what explains scores", Scores.class, model, "implement Scores in the model");
  }

  /**
   * Returns the scores of a batch of features alone.
   *
   * @throws MissingCapabilityException as {@link #scores(Model, Inputs)}
   * @throws TouchstoneException likewise
   */
  public static Scored scores(Model model, Tensor batch) {
    return scores(model, Inputs.of(batch));
  }

  private static Scored scores(String who, Scored scored, int examples) {
    boolean mayBeMasked =
        scored.kind() == ScoreKind.LOGITS || scored.kind() == ScoreKind.LOG_PROBABILITIES;
    double[][] rows = scored.rows();
    requireRows(who, "score row", rows, examples, rows.length == 0 ? 0 : rows[0].length);
    for (int i = 0; i < rows.length; i++) {
      for (double score : rows[i]) {
        if (Double.isFinite(score) || (mayBeMasked && score == Double.NEGATIVE_INFINITY)) {
          continue;
        }
        throw new TouchstoneException(
            ("%s made a score that is %s (%s) for row %d of the batch; are the inputs preprocessed"
                    + " as in training, and do weights or scores overflow?")
                .formatted(who, score, scored.kind(), i));
      }
    }
    return scored;
  }

  /**
   * Returns the gradients of a batch.
   *
   * @param quantity what is differentiated, example by example
   * @return n rows, each as long as one example
   * @throws TouchstoneException if there is not one gradient for each example, as long as it, or
   *     one has a value that is NaN or infinite
   */
  public static double[][] gradients(InputGradients model, Tensor batch, Quantity quantity) {
    return gradients(name(model), model.inputGradients(batch, quantity), batch);
  }

  /**
   * Returns the gradients of a batch of all that the model takes.
   *
   * @return n rows of {@link Inputs#rowSize()} values
   * @throws TouchstoneException likewise
   */
  public static double[][] gradients(InputGradients model, Inputs batch, Quantity quantity) {
    return rows(
        name(model),
        "gradient",
        model.inputGradients(batch, quantity),
        batch.rows(),
        batch.rowSize());
  }

  /**
   * Returns gradients of a batch that were made in another way.
   *
   * @param who made them
   * @throws TouchstoneException as {@link #gradients(InputGradients, Tensor, Quantity)}
   */
  public static double[][] gradients(String who, double[][] gradients, Tensor batch) {
    return gradients(who, gradients, batch.rows(), batch.rowSize());
  }

  /**
   * Returns as many gradients as are expected, each of a width.
   *
   * @param who made them
   * @throws TouchstoneException as {@link #gradients(InputGradients, Tensor, Quantity)}
   */
  public static double[][] gradients(String who, double[][] gradients, int number, int width) {
    return rows(who, "gradient", gradients, number, width);
  }

  /**
   * Returns values behind a node of a model, or gradients there.
   *
   * @param who made them
   * @param batch the examples that they were made of
   * @throws TouchstoneException as {@link #gradients(InputGradients, Tensor, Quantity)}
   */
  public static double[][] innerRows(String who, Activations inside, Inputs batch) {
    int width = Arrays.stream(inside.shape()).skip(1).reduce(1, Math::multiplyExact);
    return rows(who, "value", inside.rows(), batch.rows(), width);
  }

  /** Returns the same of examples of features alone. */
  public static double[][] innerRows(String who, Activations inside, Tensor batch) {
    return innerRows(who, inside, Inputs.of(batch));
  }

  /**
   * Returns what the last layer sees of a batch.
   *
   * @return n × d, one row per example
   * @throws TouchstoneException if there is not one row for each example, as long as the others, or
   *     one has a value that is NaN or infinite
   */
  public static double[][] representation(Representation model, Tensor batch) {
    double[][] rows = model.representation(batch);
    int width = rows.length == 0 ? 0 : rows[0].length;
    return rows(name(model), "representation", rows, batch.rows(), width);
  }

  private static String name(Object capability) {
    return capability instanceof Model model ? model.name() : "the model";
  }

  private static double[][] rows(
      String who, String what, double[][] rows, int examples, int width) {
    requireRows(who, what, rows, examples, width);
    for (int i = 0; i < rows.length; i++) {
      double bad =
          Arrays.stream(rows[i]).filter(value -> !Double.isFinite(value)).findFirst().orElse(0);
      if (bad != 0) {
        throw new TouchstoneException(
            ("%s made a %s with a value that is %s for row %d of the batch; are the inputs"
                    + " preprocessed as in training, and do weights or scores overflow?")
                .formatted(who, what, bad, i));
      }
    }
    return rows;
  }

  private static void requireRows(
      String who, String what, double[][] rows, int examples, int width) {
    if (rows.length != examples) {
      throw new TouchstoneException(
          "%s made %d %ss of %d examples; let it make one for each"
              .formatted(who, rows.length, what, examples));
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new TouchstoneException(
            "%s made a %s of %d numbers for row %d of the batch, where %d were expected"
                .formatted(who, what, rows[i].length, i, width));
      }
    }
  }
}
