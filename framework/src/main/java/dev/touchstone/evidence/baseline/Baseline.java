package dev.touchstone.evidence.baseline;

import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.runtime.TouchstoneException;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Interval;
import dev.touchstone.statistics.Proportion;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apiguardian.api.API;

/**
 * What approved models measured, and at what values failures are accepted: a file beside the code,
 * {@code src/test/resources/touchstone-baseline.json} by default, sorted and with one line a claim,
 * so that a review sees what changed; documented in {@code docs/baseline.schema.json}.
 *
 * <p>It is written by a person who runs tests with {@code -Dtouchstone.baseline=update}, never on
 * CI, and is read everywhere else. Immutable.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Baseline {
  /** Name and version of the schema; the version rises when a reader would break. */
  public static final String SCHEMA = "touchstone-baseline/1";

  /** How to write the file, for messages. */
  public static final String CURE =
      "run this test with -Dtouchstone.baseline=update on your machine, and commit the file";

  private final SortedMap<Key, Entry> approved;
  private final SortedMap<Key, Frozen> known;

  /** Of all lines at once. */
  Baseline(Map<Key, Entry> approved, Map<Key, Frozen> known) {
    this.approved = Collections.unmodifiableSortedMap(new TreeMap<>(approved));
    this.known = Collections.unmodifiableSortedMap(new TreeMap<>(known));
  }

  public static Baseline empty() {
    return new Baseline(Map.of(), Map.of());
  }

  /**
   * Reads a file.
   *
   * @throws InvalidBaselineException if there is none, it is truncated, of another schema, holds
   *     two lines for one claim, or anything that Touchstone does not write
   */
  public static Baseline read(Path file) {
    return BaselineFile.at(file)
        .read()
        .orElseThrow(() -> new InvalidBaselineException(file, "is not there; " + CURE));
  }

  /** What was approved, a line each, in the file's order. */
  public List<Entry> entries() {
    return List.copyOf(approved.values());
  }

  /**
   * What was approved of a verdict's claim, on the same data; empty where the baseline knows
   * nothing of it, or only on other data, with which nothing can be compared.
   *
   * @param test the test that claimed it, if one did
   */
  public Optional<Entry> entryOf(Verdict verdict, Optional<TestIdentity> test) {
    return Key.of(verdict, test)
        .flatMap(this::entry)
        .filter(e -> e.dataSha256().equals(dataOf(verdict.evidence().provenance().data())));
  }

  /** What was approved of a claim. */
  public Optional<Entry> entry(Key key) {
    return Optional.ofNullable(approved.get(key));
  }

  Optional<Frozen> frozen(Key key) {
    return Optional.ofNullable(known.get(key));
  }

  Collection<Frozen> frozen() {
    return known.values();
  }

  /** With a line in place of the one for the same claim. */
  Baseline with(Entry entry) {
    Map<Key, Entry> entries = new TreeMap<>(approved);
    entries.put(entry.key(), entry);
    return new Baseline(entries, known);
  }

  /** With a frozen failure in place of the one for the same claim. */
  Baseline with(Frozen frozen) {
    Map<Key, Frozen> lines = new TreeMap<>(known);
    lines.put(frozen.key(), frozen);
    return new Baseline(approved, lines);
  }

  /** Without a frozen failure of a claim. */
  Baseline withoutFrozen(Key key) {
    Map<Key, Frozen> lines = new TreeMap<>(known);
    lines.remove(key);
    return new Baseline(approved, lines);
  }

  /**
   * What a line's values were measured on: the data's hash, and where values of a group were taken
   * together, one over the hash and these, since the group's name alone does not say who is in it.
   * The latter stands in baselines only; verdicts record what it is made of.
   *
   * @param data as a {@link Provenance} has them
   */
  public static String dataOf(DataFacts data) {
    if (data.merges().isEmpty()) {
      return data.sha256();
    }
    Digest digest = Digest.sha256().add(data.sha256());
    FactText.ofMerges(data).forEach((fact, values) -> digest.add(fact).add(values));
    return digest.hex();
  }

  /**
   * How data differ from those that a line was measured on, in words: in nothing but what was taken
   * together in group columns, where the line has their own hash; else, since a hash does not tell
   * what it was made over, perhaps in that.
   *
   * @param recorded the line's {@link #dataOf}
   * @param data those that are not of it, as a {@link Provenance} has them
   * @param called what to call the data, such as {@code this name}
   */
  public static String otherThan(String recorded, DataFacts data, String called) {
    if (recorded.equals(data.sha256()) && !data.sha256().isEmpty()) {
      return "on these data, but with other values of a group taken together (none, and now "
          + new TreeMap<>(data.merges())
              .entrySet().stream()
                  .map(
                      entry ->
                          "in \""
                              + PlainText.of(entry.getKey(), 60)
                              + "\" "
                              + PlainText.of(entry.getValue(), 200))
                  .collect(Collectors.joining(", "))
          + ")";
    }
    return "on other data of "
        + called
        + ", or with other values of a group taken together (the line has the digest "
        + shortened(recorded)
        + ", and these data have "
        + shortened(dataOf(data))
        + ")";
  }

  private static String shortened(String hash) {
    return hash.isEmpty() ? "none" : PlainText.of(hash, 12);
  }

  /**
   * Nothing is ever written on CI.
   *
   * @throws TouchstoneException if the settings ask for it
   */
  static void refuseToWriteOnCi(Settings settings) {
    if (settings.updateBaseline() && settings.ci()) {
      throw new TouchstoneException(
          "touchstone.baseline = update on CI; what a model may not fall below is decided by a"
              + " person: run it on your machine and commit "
              + settings.baselineFile());
    }
  }

  /**
   * What identifies a claim.
   *
   * @param test the claim's own name, or its test as {@code com.acme.ModelTest#isRight}
   * @param claim what it says
   * @param model the model's name
   * @param data the data's name
   */
  public record Key(String test, String claim, String model, String data)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::test)
            .thenComparing(Key::claim)
            .thenComparing(Key::model)
            .thenComparing(Key::data);

    /** Of a verdict's claim; empty outside a test where the claim has no name of its own. */
    static Optional<Key> of(Verdict verdict, Optional<TestIdentity> test) {
      Provenance provenance = verdict.evidence().provenance();
      return name(verdict.claim(), test)
          .map(
              name ->
                  new Key(
                      name,
                      verdict.claim().statement(),
                      provenance.subject().name(),
                      provenance.data().name()));
    }

    /** A claim's own name, or else that of its test; empty outside a test. */
    static Optional<String> name(Claim claim, Optional<TestIdentity> test) {
      return claim.id().or(() -> test.map(t -> t.className() + "#" + t.methodName()));
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A quantity on a slice.
   *
   * @param quantity such as {@code "ECE"}
   * @param slice such as {@code "overall"} or {@code "sex=Female"}
   */
  public record Part(String quantity, String slice) implements Comparable<Part> {
    private static final Comparator<Part> ORDER =
        Comparator.comparing(Part::quantity).thenComparing(Part::slice);

    static Part of(Measurement measurement) {
      return new Part(measurement.quantity(), measurement.slice());
    }

    @Override
    public int compareTo(Part other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return quantity + " " + slice;
    }
  }

  /**
   * What was measured of a part.
   *
   * @param interval at {@link Claim#LEVEL}
   * @param sampleSize how many units it was measured on
   * @param unit what these are, such as "examples"
   * @param count how many of them counted, for the rate of independent units
   */
  public record Value(
      double estimate, Interval interval, long sampleSize, String unit, OptionalLong count) {

    /** Of an estimate, at {@link Claim#LEVEL}. */
    public static Value of(Estimate estimate) {
      return new Value(
          estimate.value(),
          estimate.interval(Claim.LEVEL),
          estimate.sampleSize(),
          estimate.unit(),
          estimate instanceof Proportion rate
              ? OptionalLong.of(rate.successes())
              : OptionalLong.empty());
    }
  }

  /**
   * A claim's line.
   *
   * @param modelSha256 the approved model's hash; empty where the subject has none, as a trainer
   * @param dataSha256 what says on which data it was measured, {@link #dataOf}: their hash, or one
   *     over it and over what was taken together in their group columns
   * @param clusteredBy the column that says which examples depend on each other; empty for
   *     independent ones
   * @param values what was measured, sorted
   * @param outcomes what was kept of every example, where that was asked for
   */
  public record Entry(
      Key key,
      String modelSha256,
      String dataSha256,
      Optional<String> clusteredBy,
      SortedMap<Part, Value> values,
      Optional<RecordedOutcomes> outcomes) {

    /** Copies the values. */
    public Entry {
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Of a verdict, whatever its outcome. */
    static Entry of(Key key, Verdict verdict) {
      Provenance provenance = verdict.evidence().provenance();
      SortedMap<Part, Value> values = new TreeMap<>();
      for (Measurement measurement : verdict.evidence().measurements()) {
        if (Double.isFinite(measurement.estimate().value())) {
          values.put(Part.of(measurement), Value.of(measurement.estimate()));
        }
      }
      return new Entry(
          key,
          provenance.modelSha256().orElse(""),
          dataOf(provenance.data()),
          provenance.data().clustering().map(DataFacts.Clustering::column),
          values,
          Optional.empty());
    }

    /** What was measured of a quantity on a slice. */
    public Optional<Value> value(String quantity, String slice) {
      return Optional.ofNullable(values.get(new Part(quantity, slice)));
    }

    /** Whether the other says the same of the same model and data where both say something. */
    boolean agreesWith(Entry other) {
      return modelSha256.equals(other.modelSha256)
          && dataSha256.equals(other.dataSha256)
          && clusteredBy.equals(other.clusteredBy)
          && outcomes.equals(other.outcomes)
          && values.entrySet().stream()
              .allMatch(
                  e -> e.getValue().equals(other.values.getOrDefault(e.getKey(), e.getValue())));
    }

    /** With the other's values too. */
    Entry and(Entry other) {
      SortedMap<Part, Value> all = new TreeMap<>(values);
      all.putAll(other.values);
      return new Entry(key, modelSha256, dataSha256, clusteredBy, all, outcomes);
    }
  }

  /**
   * What a metric kept of the approved model's predictions, example by example: what most examples
   * have in common is said once.
   *
   * @param otherwise the numbers of every example that is not named; empty if all are
   * @param examples the numbers of the others, by their stable ids
   */
  public record RecordedOutcomes(
      Optional<List<Double>> otherwise, SortedMap<String, List<Double>> examples) {

    /** Copies the numbers. */
    public RecordedOutcomes {
      otherwise = otherwise.map(List::copyOf);
      SortedMap<String, List<Double>> copy = new TreeMap<>();
      examples.forEach((id, numbers) -> copy.put(id, List.copyOf(numbers)));
      examples = Collections.unmodifiableSortedMap(copy);
    }

    /** Of every example's numbers by its id. */
    public static RecordedOutcomes of(Map<String, List<Double>> all) {
      Map<List<Double>, Integer> counts = new HashMap<>();
      all.values().forEach(numbers -> counts.merge(numbers, 1, Integer::sum));
      Optional<List<Double>> otherwise =
          counts.entrySet().stream()
              .filter(count -> count.getValue() > 1)
              .max(
                  Map.Entry.<List<Double>, Integer>comparingByValue()
                      .thenComparing(count -> count.getKey().toString()))
              .map(Map.Entry::getKey);
      SortedMap<String, List<Double>> examples = new TreeMap<>(all);
      examples.values().removeIf(numbers -> otherwise.filter(numbers::equals).isPresent());
      return new RecordedOutcomes(otherwise, examples);
    }

    /** An example's numbers; empty if nothing is known of it. */
    public Optional<List<Double>> of(String id) {
      return Optional.ofNullable(examples.get(id)).or(() -> otherwise);
    }
  }

  /**
   * A failure that is accepted at its values.
   *
   * @param dataSha256 what says on which data they were measured, {@link #dataOf}
   * @param settings those of the check; empty in lines that earlier versions wrote
   */
  record Frozen(
      Key key,
      String dataSha256,
      Optional<SortedMap<String, String>> settings,
      SortedMap<Part, Double> values) {
    Frozen {
      settings = settings.map(given -> Collections.unmodifiableSortedMap(new TreeMap<>(given)));
      values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }
  }
}
