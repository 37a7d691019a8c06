package dev.touchstone.gate;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Guess;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.RecordedVerdicts;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.FactText;
import dev.touchstone.facts.SubjectFacts;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Proportion;
import dev.touchstone.statistics.Undetermined;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A verdict on an error rate that a test makes up; judged by the framework as any other. */
public final class Judged implements Cloneable {
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  public static final String MODEL = digest("model");
  public static final String DATA = digest("data");

  private String modelName = "income.onnx";
  private String model = MODEL;
  private Map<String, String> facts = Map.of();
  private Map<String, String> dataFacts = Map.of();
  private String data = DATA;
  private Map<String, String> merged = Map.of();
  private Map<String, String> settings = Map.of("error", "share of wrongly classified examples");
  private Map<String, Integer> errorsOfThousand = Map.of("overall", 10);
  private Map<String, String> lacking = Map.of();
  private Bound bound = Bound.upper(0.05);
  private UnaryOperator<Claim> claim = UnaryOperator.identity();
  private String testClass = "com.acme.IncomeTest";
  private String method = "errsRarely";
  private Optional<SuiteIdentity> suite =
      Optional.of(new SuiteIdentity(digest("suite"), Optional.of("1.4.0")));
  private UnaryOperator<Provenance> provenance = UnaryOperator.identity();
  private Instant at = NOW.minus(Duration.ofHours(1));

  private Judged() {}

  /** 10 errors of 1,000 where 5 % are tolerated, an hour ago. */
  public static Judged passing() {
    return new Judged();
  }

  /** The same verdict but for a change. */
  private Judged but(Consumer<Judged> change) {
    try {
      Judged other = (Judged) clone();
      change.accept(other);
      return other;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("it is cloneable", e);
    }
  }

  public static String digest(String of) {
    return Digest.ofBytes(of.getBytes(StandardCharsets.UTF_8));
  }

  public Judged onModel(String name, String sha256) {
    return but(
        judged -> {
          judged.modelName = name;
          judged.model = sha256;
        });
  }

  /** More facts about the model. */
  public Judged withFacts(Map<String, String> more) {
    return but(judged -> judged.facts = more);
  }

  /** More facts about the data. */
  public Judged withDataFacts(Map<String, String> more) {
    return but(judged -> judged.dataFacts = more);
  }

  /** About a trainer; without a digest if that is empty. */
  public Judged onTrainer(String name, String sha256) {
    return onModel(name, "")
        .withFacts(
            sha256.isEmpty()
                ? Map.of("trainer", name)
                : Map.of("trainer", name, "trainer sha256", sha256));
  }

  /** With these facts about model and data, and no others. */
  public Judged restingOn(SubjectFacts subject, DataFacts of) {
    return but(
        judged ->
            judged.provenance =
                was ->
                    new Provenance(
                        subject,
                        was.comparisons(),
                        of,
                        was.settings(),
                        was.seed(),
                        was.environment(),
                        was.startedAt(),
                        was.seconds()));
  }

  public Judged onData(String sha256) {
    return but(judged -> judged.data = sha256);
  }

  /** With values of group columns taken together, as {@code Dataset.facts()} says it. */
  public Judged merging(Map<String, String> byColumn) {
    return but(judged -> judged.merged = byColumn);
  }

  public Judged withSettings(Map<String, String> other) {
    return but(judged -> judged.settings = other);
  }

  /** Errors of 1,000 by slice, in this order. */
  public Judged erring(Object... slicesAndErrors) {
    Map<String, Integer> errors = new LinkedHashMap<>();
    for (int i = 0; i < slicesAndErrors.length; i += 2) {
      errors.put((String) slicesAndErrors[i], (Integer) slicesAndErrors[i + 1]);
    }
    return but(judged -> judged.errorsOfThousand = errors);
  }

  /** A slice without an estimate beside those that have one. */
  public Judged withoutEstimateOn(String slice, String reason) {
    return but(judged -> judged.lacking = Map.of(slice, reason));
  }

  public Judged claiming(Bound other) {
    return but(judged -> judged.bound = other);
  }

  public Judged with(UnaryOperator<Claim> change) {
    return but(judged -> judged.claim = change);
  }

  public Judged by(String otherClass, String otherMethod) {
    return but(
        judged -> {
          judged.testClass = otherClass;
          judged.method = otherMethod;
        });
  }

  public Judged bySuite(Optional<SuiteIdentity> other) {
    return but(judged -> judged.suite = other);
  }

  public Judged at(Instant other) {
    return but(judged -> judged.at = other);
  }

  public Verdict verdict() {
    Evidence.Builder evidence = Evidence.of("error rate", modelName + " on test.csv (n = 1000)");
    errorsOfThousand.forEach(
        (slice, errors) ->
            evidence.measured(new Measurement("error rate", slice, Proportion.of(errors, 1000))));
    lacking.forEach(
        (slice, reason) ->
            evidence.measured(
                new Measurement("error rate", slice, Undetermined.because(reason, 12))));
    return claim
        .apply(Claim.of("the error rate is " + bound, bound))
        .judge(
            evidence.from(
                provenance.apply(
                    Provenance.read(
                        new FactText.Texts(
                            modelFacts(), allDataFacts(), settings, Map.of("device", "cpu")),
                        42,
                        at,
                        0.5))),
            Policy.STRICT);
  }

  /** The same verdict where a guess has this error rate on every slice. */
  public Verdict verdictBesideAGuess(double errorRate) {
    Verdict verdict = verdict();
    Evidence evidence = verdict.evidence();
    Evidence.Builder more = Evidence.of(evidence.check(), evidence.subject());
    evidence
        .measurements()
        .forEach(m -> more.measured(m.beside(new Guess("always answering <no>", errorRate))));
    return verdict.claim().judge(more.from(evidence.provenance()), Policy.STRICT);
  }

  private Map<String, String> allDataFacts() {
    Map<String, String> all = new LinkedHashMap<>(Map.of("name", "test.csv", "sha256", data));
    all.putAll(dataFacts);
    merged.forEach((column, values) -> all.put("merged " + column, values));
    return all;
  }

  private Map<String, String> modelFacts() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("name", modelName);
    if (!model.isEmpty()) {
      all.put("sha256", model);
    }
    all.putAll(facts);
    return all;
  }

  public TestIdentity test() {
    return new TestIdentity(
        "[test:" + testClass + "#" + method + "]", testClass, method, method + "()", suite);
  }

  public RecordedVerdict recorded() {
    return recorded(source(0, 0));
  }

  public RecordedVerdict recorded(VerdictSource source) {
    Verdict verdict = verdict();
    return new RecordedVerdict(
        verdict, verdict.fingerprint(), Optional.of(test()), Optional.empty(), source);
  }

  public static VerdictSource source(int unreadable, int unfinished) {
    return new VerdictSource(
        Path.of("target", "touchstone", "verdicts.json"),
        digest("file"),
        "run-1",
        unreadable,
        unfinished,
        ModelTests.allFinished(1));
  }

  /** What was read from one file that holds these verdicts. */
  public static RecordedVerdicts run(Judged... verdicts) {
    VerdictSource source = source(0, 0);
    return new RecordedVerdicts(
        List.of(source), Arrays.stream(verdicts).map(judged -> judged.recorded(source)).toList());
  }
}
