package dev.touchstone.gate.handoff;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict.Judgement;
import dev.touchstone.evidence.VerdictJson;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.Allowance;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Caution;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Ground;
import dev.touchstone.gate.Shown;
import dev.touchstone.runtime.TestIdentity;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A decision as JSON, schema {@value #SCHEMA}; documented in {@code docs/decision.schema.json}. It
 * names every file that was used by its SHA-256, so that {@link Verification} can tell whether it
 * follows from them.
 */
public final class DecisionJson {
  /** Name and version of the schema; the version rises when a reader would break. */
  public static final String SCHEMA = "touchstone-decision/1";

  static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  private DecisionJson() {}

  /** Which version of Touchstone decides here. */
  static String version() {
    String version = DecisionJson.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  /** The decision as text that ends in a line break. */
  public static String write(Decision decision) {
    return inert(GSON.toJson(toJson(decision))) + "\n";
  }

  /**
   * JSON that a terminal shows as it is, whatever its character set: what is not printable ASCII
   * stands in strings only, and is escaped there. So the text is also the same bytes everywhere.
   */
  static String inert(String json) {
    StringBuilder inert = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i++) {
      char character = json.charAt(i);
      if ((character < ' ' && character != '\n') || character > '~') {
        inert.append(String.format("\\u%04x", (int) character));
      } else {
        inert.append(character);
      }
    }
    return inert.toString();
  }

  static JsonObject toJson(Decision decision) {
    JsonObject json = new JsonObject();
    json.addProperty("schema", SCHEMA);
    json.addProperty("ruling", decision.ruling().name());
    json.addProperty("exitCode", decision.ruling().exitCode());
    json.addProperty("decidedAt", decision.at().toString());
    json.addProperty("touchstone", version());
    JsonObject policy = new JsonObject();
    policy.addProperty("name", decision.policy().policy().name());
    policy.addProperty("file", name(decision.policy().file()));
    policy.addProperty("sha256", decision.policy().sha256());
    json.add("policy", policy);
    json.add("models", array(decision.candidates(), DecisionJson::candidate));
    json.add(
        "verdictFiles",
        array(
            decision.sources().stream()
                .sorted(Comparator.comparing(VerdictSource::sha256))
                .toList(),
            DecisionJson::source));
    json.add("reasons", array(decision.grounds(), DecisionJson::ground));
    json.add("accepted", array(decision.allowances(), DecisionJson::allowance));
    json.add("warnings", array(decision.cautions(), DecisionJson::caution));
    json.add("shown", array(decision.shown(), shown -> shown(decision, shown)));
    return json;
  }

  private static JsonObject candidate(Candidate candidate) {
    JsonObject json = new JsonObject();
    json.addProperty("name", candidate.name());
    json.addProperty("file", name(candidate.file()));
    json.addProperty("sha256", candidate.sha256());
    return json;
  }

  /** A file's name alone: where it lay on a build machine helps nobody. */
  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }

  private static JsonObject source(VerdictSource source) {
    JsonObject json = new JsonObject();
    json.addProperty("sha256", source.sha256());
    json.addProperty("run", source.run());
    json.addProperty("unreadable", source.unreadable());
    json.addProperty("unfinished", source.unfinished());
    json.add("tests", VerdictJson.counts(source.tests()));
    return json;
  }

  private static JsonObject ground(Ground ground) {
    JsonObject json = new JsonObject();
    json.addProperty("kind", ground.reason().kind());
    json.addProperty("ruling", ground.reason().ruling().name());
    json.add("model", text(ground.model().isEmpty() ? null : ground.model()));
    json.add("claim", text(ground.claim().isEmpty() ? null : ground.claim()));
    json.add("groups", array(ground.groups(), JsonPrimitive::new));
    json.addProperty("problem", ground.reason().problem());
    json.addProperty("cure", ground.reason().cure());
    return json;
  }

  private static JsonObject caution(Caution caution) {
    JsonObject json = new JsonObject();
    json.addProperty("model", caution.model());
    json.addProperty("claim", caution.claim());
    json.addProperty("kind", caution.warning().kind());
    json.addProperty("text", caution.warning().text());
    return json;
  }

  private static JsonObject allowance(Allowance allowance) {
    JsonObject json = new JsonObject();
    json.addProperty("model", allowance.model());
    json.addProperty("claim", allowance.claim());
    json.addProperty("group", allowance.group());
    json.addProperty("what", allowance.what());
    json.addProperty("reason", allowance.reason());
    json.add("owner", text(allowance.owner()));
    json.add("expires", text(allowance.expires() == null ? null : allowance.expires().toString()));
    return json;
  }

  private static JsonObject shown(Decision decision, Shown shown) {
    Judgement judgement = shown.judgement();
    Measurement measurement = judgement.measurement();
    JsonObject json = new JsonObject();
    json.addProperty("model", shown.model());
    json.addProperty("claim", shown.claim());
    json.addProperty("check", shown.verdict().verdict().evidence().check());
    json.add("trainer", trainer(shown.verdict().verdict().evidence().provenance()));
    json.addProperty("quantity", measurement.quantity());
    json.addProperty("group", measurement.slice());
    json.addProperty("outcome", judgement.outcome().name());
    json.addProperty(
        "direction",
        judgement.bound().direction() == Bound.Direction.AT_MOST ? "at-most" : "at-least");
    json.addProperty("tolerance", judgement.bound().value());
    json.addProperty("asked", asked(decision, shown));
    json.add("estimate", number(measurement.estimate().value()));
    json.add("lower", number(judgement.interval().lower()));
    json.add("upper", number(judgement.interval().upper()));
    json.addProperty("level", judgement.interval().level());
    json.addProperty("n", measurement.estimate().sampleSize());
    json.addProperty("unit", measurement.estimate().unit());
    json.addProperty("method", measurement.estimate().method());
    json.add("test", text(shown.verdict().test().map(TestIdentity::id).orElse(null)));
    json.addProperty("fingerprint", shown.verdict().fingerprint());
    json.addProperty(
        "judgedAt", shown.verdict().verdict().evidence().provenance().startedAt().toString());
    return json;
  }

  /** The policy's own tolerance, which may be looser than the test's. */
  private static double asked(Decision decision, Shown shown) {
    return decision.policy().policy().models().stream()
        .filter(model -> model.name().equals(shown.model()))
        .flatMap(model -> model.claims().stream())
        .filter(claim -> claim.name().equals(shown.claim()))
        .mapToDouble(claim -> claim.loosest().value())
        .findFirst()
        .orElseThrow();
  }

  /** Whose claim it is, where it is not the model file's. */
  private static JsonElement trainer(Provenance provenance) {
    if (!provenance.isAboutTrainer() && !provenance.isAboutData()) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("name", provenance.subject().name());
    json.addProperty("sha256", provenance.sourceSha256().orElse(""));
    return json;
  }

  private static <T> JsonArray array(
      Collection<T> values, Function<? super T, ? extends JsonElement> each) {
    JsonArray array = new JsonArray(values.size());
    values.forEach(value -> array.add(each.apply(value)));
    return array;
  }

  private static JsonElement text(@Nullable String text) {
    return text == null ? JsonNull.INSTANCE : new JsonPrimitive(text);
  }

  private static JsonElement number(double value) {
    return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
  }
}
