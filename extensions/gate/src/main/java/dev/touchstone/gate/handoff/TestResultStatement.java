package dev.touchstone.gate.handoff;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.Allowance;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Ground;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.Shown;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedTrainer;
import dev.touchstone.graph.onnx.FileDigests.OfFile;
import dev.touchstone.runtime.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A decision about one model as an in-toto Statement v1 with predicate type {@value
 * #PREDICATE_TYPE}, ready to be signed: its subjects are the model's files, its configuration the
 * decision with its time, the policy and the verdict files. Claims of the trainer that makes the
 * model say whose they are.
 *
 * <p>The predicate knows three results: PASSED where the model may ship, WARNED where it may
 * although something was accepted that was not shown, FAILED otherwise; it has none for what is not
 * decided, and no evidence never passes. Each test is a claim of the policy and a group.
 */
final class TestResultStatement {
  static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
  static final String PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1";

  /** What no other program's statement says. */
  private static final String DECIDED_AT = "touchstone.decidedAt";

  private TestResultStatement() {}

  static String write(Decision decision, Candidate candidate) {
    JsonObject statement = new JsonObject();
    statement.addProperty("_type", STATEMENT_TYPE);
    statement.add("subject", subjects(candidate));
    statement.addProperty("predicateType", PREDICATE_TYPE);
    statement.add("predicate", predicate(decision, candidate));
    return DecisionJson.inert(DecisionJson.GSON.toJson(statement)) + "\n";
  }

  /** Whether a file's content is such a statement; other programs write test results, too. */
  static boolean isOne(byte[] content) {
    JsonElement read;
    try {
      read = JsonParser.parseString(new String(content, StandardCharsets.UTF_8));
    } catch (JsonParseException e) {
      return false;
    }
    return read instanceof JsonObject statement
        && statement.get("predicateType") instanceof JsonPrimitive type
        && type.getAsString().equals(PREDICATE_TYPE)
        && statement.get("predicate") instanceof JsonObject predicate
        && predicate.get("configuration") instanceof JsonArray configuration
        && configuration.asList().stream().anyMatch(TestResultStatement::isDecision);
  }

  private static boolean isDecision(JsonElement descriptor) {
    return descriptor instanceof JsonObject made
        && made.get("annotations") instanceof JsonObject annotations
        && annotations.has(DECIDED_AT);
  }

  /** Every file with the digest that other tools compute: that of its bytes. */
  private static JsonArray subjects(Candidate candidate) {
    JsonArray subjects = new JsonArray();
    for (OfFile file : candidate.digests().files()) {
      JsonObject subject = descriptor(file.name(), file.sha256());
      if (!file.sha256().equals(candidate.sha256())) {
        JsonObject annotations = new JsonObject();
        annotations.addProperty("touchstone.sha256WithExternalData", candidate.sha256());
        subject.add("annotations", annotations);
      }
      subjects.add(subject);
    }
    return subjects;
  }

  private static JsonObject predicate(Decision decision, Candidate candidate) {
    UnaryOperator<String> whose = whose(decision, candidate);
    Set<String> warned = new LinkedHashSet<>();
    for (Allowance allowance : decision.allowances()) {
      if (allowance.model().equals(candidate.name())) {
        warned.add(test(whose.apply(allowance.claim()), allowance.group()));
      }
    }
    Set<String> failed = new LinkedHashSet<>();
    for (Ground ground : decision.groundsAbout(candidate)) {
      if (ground.groups().isEmpty()) {
        failed.add(ground.claim().isEmpty() ? ground.reason().kind() : whose.apply(ground.claim()));
      }
      ground.groups().forEach(group -> failed.add(test(whose.apply(ground.claim()), group)));
    }
    Set<String> passed = new LinkedHashSet<>();
    for (Shown shown : decision.shown()) {
      if (shown.model().equals(candidate.name())) {
        passed.add(test(whose.apply(shown.claim()), shown.judgement().measurement().slice()));
      }
    }
    warned.removeAll(failed);
    passed.removeAll(failed);
    passed.removeAll(warned);
    JsonObject predicate = new JsonObject();
    predicate.addProperty(
        "result",
        decision.rulingOn(candidate) != Ruling.SHIP
            ? "FAILED"
            : warned.isEmpty() ? "PASSED" : "WARNED");
    predicate.add("configuration", configuration(decision));
    predicate.add("passedTests", names(passed));
    predicate.add("warnedTests", names(warned));
    predicate.add("failedTests", names(failed));
    return predicate;
  }

  /** A claim's name, and whose claim it is where it is not the subject's: the trainer's. */
  private static UnaryOperator<String> whose(Decision decision, Candidate candidate) {
    Map<String, String> names = new HashMap<>();
    decision.policy().policy().models().stream()
        .filter(model -> model.name().equals(candidate.name()))
        .flatMap(model -> model.claims().stream())
        .forEach(
            claim -> {
              PinnedTrainer trainer = claim.trainer();
              if (trainer != null) {
                names.put(claim.name(), claim.name() + " (of the trainer " + trainer.name() + ")");
              }
            });
    return claim -> names.getOrDefault(claim, claim);
  }

  private static JsonArray configuration(Decision decision) {
    JsonArray configuration = new JsonArray();
    JsonObject made =
        descriptor(
            Handoff.DECISION,
            Digest.ofBytes(DecisionJson.write(decision).getBytes(StandardCharsets.UTF_8)));
    JsonObject annotations = new JsonObject();
    annotations.addProperty(DECIDED_AT, decision.at().toString());
    made.add("annotations", annotations);
    configuration.add(made);
    configuration.add(descriptor(name(decision.policy().file()), decision.policy().sha256()));
    decision.sources().stream()
        .sorted(Comparator.comparing(VerdictSource::sha256))
        .forEach(source -> configuration.add(descriptor("verdicts.json", source.sha256())));
    return configuration;
  }

  private static JsonObject descriptor(String name, String sha256) {
    JsonObject digest = new JsonObject();
    digest.addProperty("sha256", sha256);
    JsonObject descriptor = new JsonObject();
    descriptor.addProperty("name", name);
    descriptor.add("digest", digest);
    return descriptor;
  }

  private static String test(String claim, String group) {
    return group.isEmpty() ? claim : claim + " [" + group + "]";
  }

  private static JsonArray names(Set<String> tests) {
    JsonArray names = new JsonArray(tests.size());
    tests.forEach(names::add);
    return names;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
