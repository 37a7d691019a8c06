package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Training data and the noise to plant in their labels: several independent plantings, so that a
 * result has an interval.
 */
public final class PlantedErrors {
  /** Fewer carry no interval: five lie on one side of their median by chance once in 16 times. */
  public static final int FEWEST_PLANTINGS = 6;

  private final Dataset training;
  private final LabelNoise noise;
  private final int plantings;

  private PlantedErrors(Dataset training, LabelNoise noise, int plantings) {
    this.training = training;
    this.noise = noise;
    this.plantings = plantings;
  }

  static PlantedErrors of(Dataset training, LabelNoise noise) {
    return new PlantedErrors(training, noise, FEWEST_PLANTINGS);
  }

  /**
   * Takes another number of plantings, {@value #FEWEST_PLANTINGS} by default; the model is trained
   * again for each.
   *
   * @throws IllegalArgumentException for fewer than {@value #FEWEST_PLANTINGS}
   */
  public PlantedErrors withPlantings(int number) {
    if (number < FEWEST_PLANTINGS) {
      throw new IllegalArgumentException(
          "at least %d plantings are needed, was %d: of fewer, all lie above their median by chance more often than a limit at 95 %% may fail; say .withPlantings(%d) or leave it out"
              .formatted(FEWEST_PLANTINGS, number, FEWEST_PLANTINGS));
    }
    return new PlantedErrors(training, noise, number);
  }

  /** Returns the training data as they came. */
  public Dataset training() {
    return training;
  }

  /** Returns what is planted. */
  public LabelNoise noise() {
    return noise;
  }

  /** Returns how often it is planted. */
  public int plantings() {
    return plantings;
  }

  /**
   * Draws all plantings, each from its own stream.
   *
   * @throws TouchstoneException if the data cannot carry the noise, or a planting changes fewer
   *     than two labels or leaves fewer than two
   */
  public List<Planting> draw(RandomStreams random) {
    List<Planting> drawn = new ArrayList<>();
    for (int number = 1; number <= plantings; number++) {
      drawn.add(draw(number, random));
    }
    return drawn;
  }

  private Planting draw(int number, RandomStreams random) {
    int[] labels =
        noise.relabelled(training, random.of("planting", training.sha256(), noise, number));
    int[] planted =
        IntStream.range(0, labels.length).filter(i -> labels[i] != training.label(i)).toArray();
    if (planted.length < 2 || planted.length > labels.length - 2) {
      throw new TouchstoneException(
          noise
              + " makes "
              + planted.length
              + " of the "
              + labels.length
              + " labels of "
              + training.name()
              + " wrong; a ranking of wrong before right needs two of each: use more data or"
              + " another rate");
    }
    return new Planting(
        number, training.withLabels(labels, noise + ", planting " + number), planted);
  }

  @Override
  public String toString() {
    return noise + " planted " + plantings + " times in " + training.name();
  }

  /**
   * One planting.
   *
   * @param number from 1
   * @param data the training data with errors among their labels
   * @param wrong the examples whose label was made wrong, ascending
   */
  public record Planting(int number, Dataset data, int[] wrong) {

    /** Returns for every example whether its label was made wrong. */
    public boolean[] isWrong() {
      boolean[] isWrong = new boolean[data.size()];
      for (int example : wrong) {
        isWrong[example] = true;
      }
      return isWrong;
    }
  }
}
