package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Dataset;

/**
 * LIME (Ribeiro et al. 2016): a linear model that is fitted to a model's answers around an example,
 * rows nearer to it counting more, and whose coefficients are the explanation. What stands around
 * an example depends on what it is:
 *
 * <pre>{@code
 * Lime.onTables(training).withSamples(5000)
 * Lime.onImages(Superpixels.slic(50))
 * Lime.onTexts("review")
 * }</pre>
 *
 * <p>Definitions are those of lime 0.2.0.1, but for those that {@code docs/attribution-methods.md}
 * names. How much of the answers' variation the linear model explains is its {@link
 * dev.touchstone.attribution.Fidelity#SURROGATE_FIT}: where it is low, so is what the explanation
 * says.
 */
public final class Lime {
  private Lime() {}

  /**
   * Explains rows of a table, of numbers, texts and truth values.
   *
   * @param training how often each column has which values: what the model was trained on, or other
   *     rows like it
   */
  public static LimeTables onTables(Dataset training) {
    return LimeTables.against(training);
  }

  /**
   * Explains images, segment by segment.
   *
   * @param segments what is taken away together, such as {@link Superpixels#slic} or {@link
   *     FeatureGroups#patches}
   */
  public static LimeImages onImages(FeatureGroups segments) {
    return LimeImages.of(segments);
  }

  /**
   * Explains texts, word by word.
   *
   * @param input the text input of the data, as {@code .text("review")} of a table reads it
   */
  public static LimeTexts onTexts(String input) {
    return LimeTexts.of(input);
  }
}
