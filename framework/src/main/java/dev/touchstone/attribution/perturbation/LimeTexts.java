package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * LIME for texts, of a model that takes them as they stand. Words are taken away wherever they come
 * in the text, and the surrogate sees which are there. Other inputs stay as they are. Texts have
 * different words, so that the answer is no map but {@link WordWeights} of each.
 */
public final class LimeTexts {
  private static final String NAME = "Lime";

  private final LimeSetting setting;
  private final String input;

  private LimeTexts(LimeSetting setting, String input) {
    this.setting = setting;
    this.input = input;
  }

  static LimeTexts of(String input) {
    return new LimeTexts(new LimeSetting(5000, 25, 1), input);
  }

  /**
   * Asks about another number of texts, the example itself among them; 5,000 by default.
   *
   * @throws IllegalArgumentException for fewer than 10
   */
  public LimeTexts withSamples(int number) {
    return new LimeTexts(setting.withSamples(number), input);
  }

  /**
   * Takes another width of the kernel, in hundredths of a cosine distance; 25 by default.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeTexts withKernelWidth(double width) {
    return new LimeTexts(setting.withKernelWidth(width), input);
  }

  /**
   * Holds weights back more or less; 1 by default.
   *
   * @throws IllegalArgumentException unless it is positive
   */
  public LimeTexts withRidge(double penalty) {
    return new LimeTexts(setting.withRidge(penalty), input);
  }

  /** Returns what to call the method in messages and provenance. */
  public String name() {
    return NAME;
  }

  /** Returns the settings that, with the name, determine the weights. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(setting.settings());
    settings.put("text", input);
    return settings;
  }

  /**
   * Explains the texts of a batch.
   *
   * @param quantity what is explained of each example of the batch
   * @return one for each example
   * @throws TouchstoneException if there is no such text, or one has fewer than two different words
   * @throws dev.touchstone.model.MissingCapabilityException if the model shows no scores
   */
  public List<WordWeights> explain(
      Model model, Inputs batch, Quantity quantity, RunContext context) {
    QuantityOfInputs function = QuantityOfInputs.of(model, quantity, NAME, context);
    String[] texts = TextNeighbourhood.texts(input, batch);
    List<WordWeights> all = new ArrayList<>();
    for (int i = 0; i < texts.length; i++) {
      TextWords text = new TextWords(texts[i]);
      int number = text.words().size();
      if (number < 2) {
        throw new TouchstoneException(
            "the text of example %d has %d different words, and Lime tells words apart; leave such examples out"
                .formatted(i, number));
      }
      double[][] kept =
          TextNeighbourhood.draw(number, setting.samples(), context.random().of(NAME, texts[i]));
      LocalLinearModel local =
          setting.explain(
              new TextNeighbourhood(batch.select(i), input, text, kept),
              function,
              i,
              context.progress());
      all.add(
          new WordWeights(
              text.words(), local.coefficients(), local.standardErrors(), local.determination()));
    }
    return all;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
