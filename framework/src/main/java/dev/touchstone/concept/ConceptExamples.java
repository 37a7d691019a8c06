package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.runtime.NearestName;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A concept as examples show it: some that have it, some that lack it, and a pool from which random
 * sets are drawn that stand for no concept at all (Kim et al. 2018, sections 3.1 and 3.5).
 *
 * <pre>{@code
 * ConceptExamples.of("striped", striped).against(plain).besideRandomSetsOf(pool)
 * ConceptExamples.of("striped", striped).againstRandomSetsOf(pool)
 * ConceptExamples.ofSignal(tag, scans).besideRandomSetsOf(others)
 * ConceptExamples.ofClass("striped", textures).besideRandomSetsOf(pool)
 * }</pre>
 *
 * <p>A folder of images is a data set ({@code Datasets.imageFolder}). Two are equal where they hold
 * the same data under the same name.
 */
public final class ConceptExamples {
  private final String name;
  private final Dataset positives;
  private final @Nullable Dataset negatives;
  private final @Nullable Dataset pool;

  private ConceptExamples(
      String name, Dataset positives, @Nullable Dataset negatives, @Nullable Dataset pool) {
    this.name = name;
    this.positives = positives;
    this.negatives = negatives;
    this.pool = pool;
  }

  /**
   * Begins a concept with examples that have it; those that lack it come next.
   *
   * @param name what to call it, not empty
   * @param having at least one example; labels do not matter
   * @throws TouchstoneException for an empty name or no example
   */
  public static Having of(String name, Dataset having) {
    if (name.isBlank()) {
      throw new TouchstoneException("a concept has no name; give one, such as \"striped\"");
    }
    requireSome(name, having, "has");
    return new Having(name, having);
  }

  /**
   * Returns a concept that a column names: the examples with a value there against all others.
   *
   * @param column a group column of the data, such as {@code "texture"}
   * @throws TouchstoneException for an unknown column, or if every example has the value, or none
   */
  public static ConceptExamples ofColumn(String column, String value, Dataset data) {
    if (!data.columns().contains(column)) {
      throw new TouchstoneException(
          "%s has no column \"%s\" to tell a concept by; it has %s%s"
              .formatted(
                  data.name(),
                  column,
                  data.columns(),
                  NearestName.of(column, data.columns())
                      .map(", perhaps \"%s\""::formatted)
                      .orElse("")));
    }
    return split(column + "=" + value, data, i -> data.value(column, i).equals(value));
  }

  /**
   * Returns a concept that a class names, such as a folder of images beside other folders: its
   * examples against those of all other classes.
   *
   * @throws TouchstoneException for an unknown class, or if every example is of it, or none
   */
  public static ConceptExamples ofClass(String className, Dataset data) {
    int label = data.classIndex(className);
    return split(className, data, i -> data.label(i) == label);
  }

  /**
   * Returns the concept of a signal: examples that carry it, against the same examples as they are.
   *
   * @param data examples without the signal; those that carry it already are left out
   * @throws TouchstoneException if the signal does not fit the data, or all carry it already
   */
  public static ConceptExamples ofSignal(SpuriousSignal signal, Dataset data) {
    SpuriousSignal.Fitted fitted = signal.fitTo(data);
    int[] clean =
        IntStream.range(0, data.size())
            .filter(i -> !fitted.isPresentIn(i, data.batch(i).values()))
            .toArray();
    Dataset without =
        clean.length == data.size() ? data : data.select(clean, "without " + signal.describe());
    return of(signal.describe(), signal.addedTo(without)).against(without);
  }

  /**
   * Returns the concept of what a mask names in images: the images with all else grey, against the
   * same images with this grey. Grey is each channel's mean over the image.
   *
   * @throws TouchstoneException if the data are no images, or lack masks
   */
  public static ConceptExamples ofMask(String name, ItemMask mask, Dataset images) {
    String inWords = "of " + mask.describe();
    Dataset inside = images.withFeatures(RegionFeatures.inside(images, mask), "inside " + inWords);
    Dataset outside =
        images.withFeatures(RegionFeatures.outside(images, mask), "outside " + inWords);
    return of(name, inside).against(outside);
  }

  private static ConceptExamples split(String name, Dataset data, IntPredicate has) {
    return of(name, data.where(has, "with " + name))
        .against(data.where(has.negate(), "without " + name));
  }

  private static void requireSome(String name, Dataset data, String hasOrLacks) {
    if (data.size() == 0) {
      throw new TouchstoneException(
          "no example %s the concept \"%s\": %s is empty; a concept is learnt from examples that have it and others that lack it"
              .formatted(hasOrLacks, name, data.name()));
    }
  }

  /** A concept of which the examples that lack it are still to be said. */
  public static final class Having {
    private final String name;
    private final Dataset positives;

    private Having(String name, Dataset positives) {
      this.name = name;
      this.positives = positives;
    }

    /**
     * Returns the concept, told from examples that lack it, or that have another: then TCAV is
     * relative (Kim et al. 2018, section 3.6).
     *
     * @throws TouchstoneException for no example, or for examples of another shape
     */
    public ConceptExamples against(Dataset lacking) {
      requireSome(name, lacking, "lacks");
      return new ConceptExamples(name, positives, lacking, null);
    }

    /**
     * Returns the concept, told from random examples: for each vector as many as have the concept,
     * drawn from a pool by the run's seed. Random sets are of the same pool.
     *
     * @throws TouchstoneException for an empty pool
     */
    public ConceptExamples againstRandomSetsOf(Dataset pool) {
      requireSome(name, pool, "lacks");
      return new ConceptExamples(name, positives, null, pool);
    }
  }

  /**
   * Returns the same concept with the pool of examples that random sets are drawn from. They should
   * be like what the model meets, and share no example with the concept or with what is tested.
   */
  public ConceptExamples besideRandomSetsOf(Dataset otherPool) {
    return new ConceptExamples(name, positives, negatives, otherPool);
  }

  /** Returns the same concept under another name. */
  public ConceptExamples named(String other) {
    return new ConceptExamples(other, positives, negatives, pool);
  }

  /**
   * Returns how this concept differs from another one: its examples against those that have the
   * other (relative TCAV; Kim et al. 2018, section 3.6). The pool stays this one's.
   */
  public ConceptExamples relativeTo(ConceptExamples other) {
    return new ConceptExamples(
        "%s rather than %s".formatted(name, other.name), positives, other.positives, pool);
  }

  /** Returns what the concept is called. */
  public String name() {
    return name;
  }

  /** Returns the examples that have the concept. */
  public Dataset positives() {
    return positives;
  }

  /** Returns the examples that lack it; empty where they are drawn from the pool. */
  public Optional<Dataset> negatives() {
    return Optional.ofNullable(negatives);
  }

  /** Returns what random sets are drawn from, where that was said. */
  public Optional<Dataset> pool() {
    return Optional.ofNullable(pool);
  }

  /**
   * Whether the examples on both sides are the same ones by their ids, with the concept and not.
   */
  boolean isPaired() {
    return negatives != null
        && negatives.size() == positives.size()
        && IntStream.range(0, positives.size())
            .allMatch(i -> positives.id(i).equals(negatives.id(i)));
  }

  /** Returns how many examples a vector is learnt from that lack the concept. */
  public int negativesOfAVector() {
    return negatives == null ? positives.size() : negatives.size();
  }

  /** Returns the concept and what it was learnt from, for provenance. */
  public String describe() {
    return "%s: %s (%d) against %s (%d)"
        .formatted(
            name,
            digest(positives),
            positives.size(),
            negatives == null ? "random" : digest(negatives),
            negativesOfAVector());
  }

  private static String digest(Dataset data) {
    return "#" + data.sha256().substring(0, 8);
  }

  /** What two are equal by. */
  private record Identity(String name, String having, String lacking, String pool) {}

  /** The same without a pool where a vector can be learnt without one. */
  ConceptExamples alone() {
    return negatives == null ? this : new ConceptExamples(name, positives, negatives, null);
  }

  /** Stands for the examples in the names of random streams; the pool is none of them. */
  String digest() {
    return positives.sha256() + (negatives == null ? "" : negatives.sha256());
  }

  private Identity identity() {
    return new Identity(
        name,
        positives.sha256(),
        negatives == null ? "" : negatives.sha256(),
        pool == null ? "" : pool.sha256());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConceptExamples examples && identity().equals(examples.identity());
  }

  @Override
  public int hashCode() {
    return identity().hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }
}
