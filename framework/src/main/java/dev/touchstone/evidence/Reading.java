package dev.touchstone.evidence;

import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Undetermined;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a measured quantity reads to someone who knows the product and not the statistics: its unit,
 * and a sentence about the value.
 *
 * <pre>{@code
 * new Measurement("error rate", slice.name(), estimate)
 *     .reading(Reading.share("{value} of examples are answered wrongly"));
 * }</pre>
 *
 * @param unit what the value is shown in
 * @param sentence one sentence with {@value #VALUE} where the value stands, without its full stop
 *     and without the tolerance; empty where nothing but the quantity's name says what it is
 * @param belowZero the sentence about a value below 0, with its magnitude where the value stands;
 *     empty where the first one serves all values
 */
public record Reading(Unit unit, String sentence, String belowZero) {
  /** What stands in a sentence for the value. */
  public static final String VALUE = "{value}";

  /** A number of no unit that nothing more is said about. */
  public static final Reading PLAIN = new Reading(Unit.NUMBER, "");

  private static final MathContext THREE = new MathContext(3, RoundingMode.HALF_EVEN);

  /** What a value is shown in. */
  public enum Unit {
    /** A number as it is. */
    NUMBER(1, ""),
    /** A share of a whole, in percent. */
    SHARE(100, " %"),
    /** A difference between shares, in percentage points. */
    POINTS(100, " points");

    private final int factor;
    private final String sign;

    Unit(int factor, String sign) {
      this.factor = factor;
      this.sign = sign;
    }

    /** Returns the value with its unit, at most four significant digits: {@code "70.15 %"}. */
    public String format(double value) {
      return Numbers.format(value * factor) + sign;
    }

    /** Returns the limits with their unit: {@code "[68.09 %, 72.15 %]"}. */
    public String format(Interval interval) {
      return "[" + format(interval.lower()) + ", " + format(interval.upper()) + "]";
    }

    /** As a sentence has it: at most three digits, and points called percentage points. */
    private String inWords(double value) {
      double shown = value * factor;
      String number =
          Double.isFinite(shown) && Math.abs(shown) >= 1e-3 && Math.abs(shown) < 1e6
              ? new BigDecimal(shown).round(THREE).stripTrailingZeros().toPlainString()
              : Numbers.format(shown);
      return number + (this == POINTS ? " percentage points" : sign);
    }
  }

  /**
   * Refuses a sentence that has no place for the value, or several.
   *
   * @throws IllegalArgumentException showing what to write
   */
  public Reading {
    for (String said : List.of(sentence, belowZero)) {
      if (!said.isEmpty() && said.split(Pattern.quote(VALUE), -1).length != 2) {
        throw new IllegalArgumentException(
            "a reading has \"%s\" once, where the value stands, as in \"%s of examples are answered wrongly\"; was \"%s\""
                .formatted(VALUE, VALUE, said));
      }
    }
  }

  /** A reading of one sentence for all values. */
  public Reading(Unit unit, String sentence) {
    this(unit, sentence, "");
  }

  /** Returns a share of a whole, such as a rate. */
  public static Reading share(String sentence) {
    return new Reading(Unit.SHARE, sentence);
  }

  /** Returns a difference between two shares, such as by how much a rate grew. */
  public static Reading points(String sentence) {
    return new Reading(Unit.POINTS, sentence);
  }

  /** Returns a number that is no share. */
  public static Reading number(String sentence) {
    return new Reading(Unit.NUMBER, sentence);
  }

  /** Returns a name from data, which is no place for the value even if it looks like one. */
  public static String literal(String name) {
    return name.replace(VALUE, "{ value }");
  }

  /**
   * Says the same otherwise of a value below 0.
   *
   * @param sentence with {@value #VALUE} where the value's magnitude stands, such as {@code "it is
   *     better by {value}"} beside {@code "it is worse by {value}"}
   */
  public Reading below0(String sentence) {
    return new Reading(unit, this.sentence, sentence);
  }

  /**
   * A judgement in plain words: what was measured, and what is allowed, such as {@code "15.3 % of
   * examples are answered wrongly; allowed: at most 10 %"}. Without a full stop.
   */
  static String inWords(Verdict.Judgement judgement) {
    Measurement measurement = judgement.measurement();
    Reading reading = measurement.reading();
    if (Undetermined.is(measurement.estimate())) {
      return "%s: there is no %s, since %s"
          .formatted(measurement.slice(), measurement.quantity(), measurement.estimate().method());
    }
    double estimate = measurement.estimate().value();
    boolean turned = estimate < 0 && !reading.belowZero.isEmpty();
    String sentence =
        turned
            ? reading.belowZero
            : reading.sentence.isEmpty()
                ? measurement.slice() + ": " + measurement.quantity() + " is " + VALUE
                : reading.sentence;
    // "At most 0.02 worse" stays beside what is better; "at most -0.02 worse" is turned with it.
    double tolerance = judgement.bound().value();
    boolean mirrored = turned && tolerance < 0;
    boolean across = turned && !mirrored;
    double shownValue = turned ? -estimate : estimate;
    double shownBound = mirrored ? -tolerance : tolerance;
    boolean atMost = (judgement.bound().direction() == Bound.Direction.AT_MOST) != mirrored;
    String value = reading.unit.inWords(shownValue);
    String bound = reading.unit.inWords(shownBound);
    if (value.equals(bound) && !across) {
      // Rounded alike, and yet judged: the digits that tell them apart are shown.
      value = reading.unit.format(shownValue);
      bound = reading.unit.format(shownBound);
    }
    return sentence.replaceFirst(Pattern.quote(VALUE), Matcher.quoteReplacement(value))
        + (atMost ? "; allowed: at most " : "; required: at least ")
        + bound
        + (across ? " the other way" : "");
  }
}
