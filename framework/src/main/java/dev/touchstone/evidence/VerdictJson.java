package dev.touchstone.evidence;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.touchstone.facts.FactText;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.SuiteIdentity;
import dev.touchstone.runtime.TestIdentity;
import dev.touchstone.statistics.Interval;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;

/**
 * A verdict as JSON, documented in {@code docs/verdicts.schema.json}. Numbers that are not finite
 * become null.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class VerdictJson {
  private static final String PROVENANCE = "provenance";
  public static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

  private VerdictJson() {}

  /** The verdict with its times and the test that asked for it. */
  public static JsonObject toJson(Verdict verdict, RunContext context) {
    JsonObject stable = stable(verdict);
    JsonObject json = new JsonObject();
    json.addProperty("fingerprint", fingerprint(stable));
    json.add("test", context.test().<JsonElement>map(VerdictJson::test).orElse(JsonNull.INSTANCE));
    stable.entrySet().forEach(entry -> json.add(entry.getKey(), entry.getValue()));
    json.addProperty("acceptable", verdict.acceptable());
    json.add("known", known(verdict));
    Provenance provenance = verdict.evidence().provenance();
    json.addProperty("startedAt", provenance.startedAt().toString());
    json.add("seconds", number(provenance.seconds()));
    json.add("reproduce", text(context.test().map(test -> test.command(context.settings()))));
    return json;
  }

  /** What was shown without a claim, with its times and the test that showed it. */
  public static JsonObject toJson(Shown shown, RunContext context) {
    JsonObject json = new JsonObject();
    json.add("shown", FigureJson.of(shown.figure()));
    json.addProperty("subject", shown.subject());
    json.add("test", context.test().<JsonElement>map(VerdictJson::test).orElse(JsonNull.INSTANCE));
    json.add(PROVENANCE, provenance(shown.provenance()));
    json.addProperty("startedAt", shown.provenance().startedAt().toString());
    json.add("seconds", number(shown.provenance().seconds()));
    return json;
  }

  /** How many model tests were found, and what became of them, as every file of ours says it. */
  public static JsonObject counts(ModelTests tests) {
    JsonObject json = new JsonObject();
    json.addProperty("found", tests.found());
    json.addProperty("started", tests.started());
    json.addProperty("finished", tests.finished());
    json.addProperty("skipped", tests.skipped());
    json.addProperty("aborted", tests.aborted());
    json.addProperty("broken", tests.broken());
    json.addProperty("uncounted", tests.uncounted());
    return json;
  }

  static String fingerprint(Verdict verdict) {
    return fingerprint(stable(verdict));
  }

  private static String fingerprint(JsonObject stable) {
    JsonObject hashed = copy(stable.entrySet());
    hashed.add(PROVENANCE, sorted(stable.getAsJsonObject(PROVENANCE)));
    return Digest.sha256().add(GSON.toJson(hashed)).hex();
  }

  /** Facts in the order of their names: a map may have another order in the next JVM. */
  private static JsonObject sorted(JsonObject provenance) {
    JsonObject sorted = copy(provenance.entrySet());
    provenance.asMap().entrySet().stream()
        .filter(entry -> entry.getValue().isJsonObject())
        .forEach(
            entry ->
                sorted.add(
                    entry.getKey(),
                    copy(new TreeMap<>(entry.getValue().getAsJsonObject().asMap()).entrySet())));
    return sorted;
  }

  private static JsonObject copy(Set<Map.Entry<String, JsonElement>> properties) {
    JsonObject copy = new JsonObject();
    properties.forEach(property -> copy.add(property.getKey(), property.getValue()));
    return copy;
  }

  /** Everything that the same inputs make the same. */
  private static JsonObject stable(Verdict verdict) {
    Evidence evidence = verdict.evidence();
    JsonObject json = new JsonObject();
    json.addProperty("check", evidence.check());
    json.addProperty("subject", evidence.subject());
    json.addProperty("outcome", verdict.outcome().name());
    json.addProperty("acceptable", verdict.acceptableByData());
    json.addProperty("policy", verdict.policy().name());
    json.addProperty("level", Claim.LEVEL);
    json.add("claim", claim(verdict.claim()));
    json.add(
        "judgements", array(verdict.judgements(), j -> judgement(j, verdict.judgements().size())));
    json.add("context", array(notJudged(verdict), VerdictJson::measurement));
    json.add("worst", array(evidence.worst(), VerdictJson::finding));
    json.add("notes", array(evidence.notes(), JsonPrimitive::new));
    json.add("warnings", array(verdict.warnings(), VerdictJson::warning));
    json.add("figures", array(evidence.figures(), FigureJson::of));
    json.add(PROVENANCE, provenance(evidence.provenance()));
    return json;
  }

  /** What was measured beside, and what no bound is about. */
  private static List<Measurement> notJudged(Verdict verdict) {
    Set<Measurement> judged =
        verdict.judgements().stream()
            .map(Verdict.Judgement::measurement)
            .collect(
                Collectors.toCollection(() -> Collections.newSetFromMap(new IdentityHashMap<>())));
    return Stream.concat(
            verdict.evidence().measurements().stream().filter(m -> !judged.contains(m)),
            verdict.evidence().context().stream())
        .toList();
  }

  private static JsonObject test(TestIdentity test) {
    JsonObject json = new JsonObject();
    json.addProperty("id", test.id());
    json.addProperty("class", test.className());
    json.addProperty("method", test.methodName());
    json.addProperty("name", test.displayName());
    json.add("suite", test.suite().<JsonElement>map(VerdictJson::suite).orElse(JsonNull.INSTANCE));
    return json;
  }

  private static JsonObject suite(SuiteIdentity suite) {
    JsonObject json = new JsonObject();
    json.addProperty("sha256", suite.sha256());
    json.add("version", text(suite.version()));
    return json;
  }

  private static JsonObject claim(Claim claim) {
    JsonObject json = new JsonObject();
    json.add("id", text(claim.id()));
    json.addProperty("statement", claim.statement());
    json.add("because", text(claim.because()));
    json.add("inconclusiveAllowed", text(claim.inconclusiveAllowed()));
    json.add("bounds", array(claim.bounds(), VerdictJson::bound));
    return json;
  }

  /** Not part of the fingerprint: it changes with the calendar. */
  private static JsonElement known(Verdict verdict) {
    Claim.Known known = verdict.claim().known().orElse(null);
    Verdict.Acceptance acceptance = verdict.known();
    if (known == null || acceptance == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("reason", known.reason());
    json.addProperty("until", known.until().toString());
    json.addProperty("accepted", acceptance.accepted());
    json.addProperty("why", acceptance.why());
    return json;
  }

  private static JsonObject bound(Bound bound) {
    JsonObject json = new JsonObject();
    json.add("quantity", text(Optional.of(bound.quantity()).filter(q -> !q.isEmpty())));
    json.addProperty("direction", bound.direction().name());
    json.addProperty("value", bound.value());
    return json;
  }

  private static JsonObject judgement(Verdict.Judgement judgement, int measurements) {
    JsonObject json = measurement(judgement.measurement());
    json.add("bound", bound(judgement.bound()));
    json.add("pValue", number(judgement.pValue()));
    json.add("adjustedPValue", number(judgement.adjustedPValue()));
    json.addProperty("outcome", judgement.outcome().name());
    if (judgement.isRefutedAlone()) {
      json.add("corrected", corrected(judgement.interval()));
    }
    if (judgement.outcome() == Outcome.INCONCLUSIVE) {
      double withoutBias = judgement.measurement().estimate().valueWithoutBias();
      if (Double.compare(withoutBias, judgement.measurement().estimate().value()) != 0) {
        json.add("withoutBias", number(withoutBias));
      }
    }
    OptionalLong fresh =
        judgement.outcome() == Outcome.INCONCLUSIVE
            ? judgement.examplesToDecide(measurements)
            : OptionalLong.empty();
    json.add(
        "examplesToDecide",
        fresh.isPresent() ? new JsonPrimitive(fresh.getAsLong()) : JsonNull.INSTANCE);
    return json;
  }

  /** The interval that decided, where that is not the one at the file's level. */
  private static JsonObject corrected(Interval interval) {
    JsonObject json = new JsonObject();
    json.addProperty("level", interval.level());
    json.add("lower", number(interval.lower()));
    json.add("upper", number(interval.upper()));
    return json;
  }

  private static JsonObject measurement(Measurement measurement) {
    Interval interval = measurement.estimate().interval(Claim.LEVEL);
    JsonObject json = new JsonObject();
    json.addProperty("quantity", measurement.quantity());
    json.addProperty("slice", measurement.slice());
    json.add("estimate", number(measurement.estimate().value()));
    json.addProperty("n", measurement.estimate().sampleSize());
    json.addProperty("unit", measurement.estimate().unit());
    json.add("lower", number(interval.lower()));
    json.add("upper", number(interval.upper()));
    json.addProperty("method", measurement.estimate().method());
    json.add("guess", measurement.guess().map(VerdictJson::guess).orElse(JsonNull.INSTANCE));
    if (!measurement.reading().equals(Reading.PLAIN)) {
      json.add("reading", reading(measurement.reading()));
    }
    return json;
  }

  private static JsonElement guess(Guess guess) {
    JsonObject json = new JsonObject();
    json.addProperty("answer", guess.answer());
    json.add("value", number(guess.value()));
    return json;
  }

  private static JsonObject reading(Reading reading) {
    JsonObject json = new JsonObject();
    json.addProperty("unit", reading.unit().name());
    json.addProperty("sentence", reading.sentence());
    if (!reading.belowZero().isEmpty()) {
      json.addProperty("belowZero", reading.belowZero());
    }
    return json;
  }

  private static JsonObject warning(Warning warning) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", warning.kind());
    json.addProperty("text", warning.text());
    return json;
  }

  private static JsonObject finding(Finding finding) {
    JsonObject json = new JsonObject();
    json.addProperty("subject", finding.subject());
    json.add("facts", texts(finding.facts()));
    return json;
  }

  private static JsonObject provenance(Provenance provenance) {
    JsonObject json = new JsonObject();
    FactText.Texts texts = provenance.texts();
    json.add("model", texts(texts.model()));
    json.add("data", texts(texts.data()));
    json.add("settings", texts(texts.settings()));
    json.addProperty("seed", provenance.seed());
    json.add("environment", texts(texts.environment()));
    return json;
  }

  static <T> JsonArray array(
      Collection<T> values, Function<? super T, ? extends JsonElement> each) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(each.apply(value)));
    return array;
  }

  private static JsonObject texts(Map<String, String> texts) {
    JsonObject json = new JsonObject();
    texts.forEach(json::addProperty);
    return json;
  }

  private static JsonElement text(Optional<String> text) {
    return text.<JsonElement>map(JsonPrimitive::new).orElse(JsonNull.INSTANCE);
  }

  static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }
}
