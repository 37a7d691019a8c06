package dev.touchstone.robustness;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * What corrupts an image without asking a model (Hendrycks and Dietterich 2019). A new one is a new
 * class with this interface; {@link Corruption#by} makes it a perturbation of data.
 */
public interface ImageCorruption {

  /**
   * Returns what to call it, such as {@code "Gaussian noise"}; together with its class it is known
   * by it.
   */
  String name();

  /**
   * Corrupts an image.
   *
   * @param image channel by channel, row-major, from 0 to 1; not to be changed
   * @param severity from 1 to 5
   * @return as many pixels; those below 0 or above 1 are cut off there
   */
  double[] corrupt(
      double[] image,
      int channels,
      int height,
      int width,
      int severity,
      UniformRandomProvider random);
}
