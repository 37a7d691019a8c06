package dev.touchstone.evidence;

import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.MultipleTesting;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * Which failures of a run stay discoveries when all its claims are counted. Among many claims that
 * hold a few fail by chance; of the discoveries, at most the stated rate is expected to be such.
 *
 * <p>H₀ of each claim is that it holds. Claims of a run share data and models, so that the default
 * is {@link Correction#BENJAMINI_YEKUTIELI}, valid under any dependence. A discovery is a claim
 * that was refuted and whose adjusted p-value is at most the rate.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Discoveries {
  private final double rate;
  private final Correction correction;
  private final Map<Verdict, Double> adjusted;

  private Discoveries(double rate, Correction correction, Map<Verdict, Double> adjusted) {
    this.rate = rate;
    this.correction = correction;
    this.adjusted = adjusted;
  }

  /** How p-values are adjusted for their number. */
  public interface Correction {
    /** Benjamini and Yekutieli (2001): under any dependence. */
    Correction BENJAMINI_YEKUTIELI =
        new Named("Benjamini-Yekutieli") {
          @Override
          public double[] adjust(double... pValues) {
            return MultipleTesting.benjaminiYekutieli(pValues);
          }
        };

    /** Benjamini and Hochberg (1995): under independence or positive dependence. */
    Correction BENJAMINI_HOCHBERG =
        new Named("Benjamini-Hochberg") {
          @Override
          public double[] adjust(double... pValues) {
            return MultipleTesting.benjaminiHochberg(pValues);
          }
        };

    /** Adjusted p-values: at most α is a rejection at α. */
    double[] adjust(double... pValues);

    /**
     * The one of those above that has this name, as settings and command lines give it: {@code
     * benjamini-yekutieli} or {@code benjamini-hochberg}, in capitals or not.
     *
     * @throws TouchstoneException if none has
     */
    static Correction named(String name) {
      return Stream.of(BENJAMINI_YEKUTIELI, BENJAMINI_HOCHBERG)
          .filter(correction -> correction.toString().equalsIgnoreCase(name.strip()))
          .findFirst()
          .orElseThrow(
              () ->
                  new TouchstoneException(
                      "\""
                          + PlainText.of(name, 60)
                          + "\" is no correction over all claims; say benjamini-yekutieli, which"
                          + " holds under any dependence, or benjamini-hochberg, for claims that"
                          + " are independent or depend positively"));
    }
  }

  /** Says its name. */
  private abstract static class Named implements Correction {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Looks at claims together, under any dependence between them.
   *
   * @param rate the expected share of false ones among the discoveries, in (0, 1)
   * @throws IllegalArgumentException if the rate lies outside
   */
  public static Discoveries among(List<Verdict> verdicts, double rate) {
    return among(verdicts, rate, Correction.BENJAMINI_YEKUTIELI);
  }

  /**
   * Looks at claims together.
   *
   * @param rate the expected share of false ones among the discoveries, in (0, 1)
   * @throws IllegalArgumentException if the rate lies outside
   */
  public static Discoveries among(List<Verdict> verdicts, double rate, Correction correction) {
    if (!(rate > 0 && rate < 1)) {
      throw new IllegalArgumentException("a false-discovery rate must lie in (0, 1), was " + rate);
    }
    double[] pValues = correction.adjust(verdicts.stream().mapToDouble(Verdict::pValue).toArray());
    Map<Verdict, Double> adjusted = new IdentityHashMap<>();
    for (int i = 0; i < pValues.length; i++) {
      adjusted.put(verdicts.get(i), pValues[i]);
    }
    return new Discoveries(rate, correction, Collections.unmodifiableMap(adjusted));
  }

  /**
   * Whether a verdict is one.
   *
   * @throws IllegalArgumentException if the verdict was not among those looked at
   */
  public boolean contains(Verdict verdict) {
    return adjustedPValue(verdict) <= rate && verdict.outcome() == Outcome.FAIL;
  }

  /**
   * A claim's p-value after the correction.
   *
   * @throws IllegalArgumentException if the verdict was not among those looked at
   */
  public double adjustedPValue(Verdict verdict) {
    Double value = adjusted.get(verdict);
    if (value == null) {
      throw new IllegalArgumentException("the verdict was not among those looked at");
    }
    return value;
  }

  /** How many there are. */
  public long count() {
    return adjusted.keySet().stream().filter(this::contains).count();
  }

  /** The false-discovery rate. */
  public double rate() {
    return rate;
  }

  /** How p-values were adjusted. */
  public Correction correction() {
    return correction;
  }
}
