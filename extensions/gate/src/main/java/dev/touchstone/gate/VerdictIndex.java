package dev.touchstone.gate;

import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredClaim;
import dev.touchstone.runtime.TestIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds verdicts by what they are about. */
final class VerdictIndex {
  private final Map<Question, List<RecordedVerdict>> byQuestion = new HashMap<>();
  private final Map<String, List<RecordedVerdict>> byModel = new HashMap<>();
  private final Map<String, List<RecordedVerdict>> byTrainer = new HashMap<>();
  private final Map<String, String> runByClass = new HashMap<>();

  /** What a claim asks; test and id are null where a policy does not name them. */
  private record Question(
      String check, String quantity, @Nullable String test, @Nullable String id) {}

  VerdictIndex(List<RecordedVerdict> verdicts) {
    for (RecordedVerdict recorded : verdicts) {
      Verdict verdict = recorded.verdict();
      String test = testOf(recorded).orElse(null);
      String id = verdict.claim().id().orElse(null);
      verdict.judgements().stream()
          .map(judgement -> judgement.measurement().quantity())
          .distinct()
          .forEach(
              quantity -> {
                String check = verdict.evidence().check();
                add(new Question(check, quantity, null, null), recorded);
                if (test != null) {
                  add(new Question(check, quantity, test, null), recorded);
                }
                if (id != null) {
                  add(new Question(check, quantity, null, id), recorded);
                }
                if (test != null && id != null) {
                  add(new Question(check, quantity, test, id), recorded);
                }
              });
      byModel
          .computeIfAbsent(Gate.digestOfModel(recorded), digest -> new ArrayList<>())
          .add(recorded);
      verdict
          .evidence()
          .provenance()
          .sourceSha256()
          .ifPresent(
              digest -> byTrainer.computeIfAbsent(digest, key -> new ArrayList<>()).add(recorded));
      recorded
          .test()
          .ifPresent(of -> runByClass.putIfAbsent(of.className(), recorded.source().run()));
    }
  }

  private void add(Question question, RecordedVerdict recorded) {
    byQuestion.computeIfAbsent(question, key -> new ArrayList<>()).add(recorded);
  }

  /** The verdicts that answer what a claim asks, on whatever model or trainer. */
  List<RecordedVerdict> answering(RequiredClaim claim) {
    return byQuestion.getOrDefault(
        new Question(claim.check(), claim.loosest().quantity(), claim.test(), claim.id()),
        List.of());
  }

  /** The verdicts about a model file. */
  List<RecordedVerdict> about(String sha256) {
    return byModel.getOrDefault(sha256, List.of());
  }

  /** The verdicts about a trainer, or about data. */
  List<RecordedVerdict> aboutTrainer(String sha256) {
    return byTrainer.getOrDefault(sha256, List.of());
  }

  /** The run in which a test's class gave verdicts. */
  Optional<String> runOfClassOf(String test) {
    int hash = test.indexOf('#');
    return Optional.ofNullable(runByClass.get(hash < 0 ? test : test.substring(0, hash)));
  }

  /** The test that asked, as policies name it: {@code class#method}. */
  static Optional<String> testOf(RecordedVerdict recorded) {
    return recorded.test().map(VerdictIndex::name);
  }

  private static String name(TestIdentity test) {
    return test.methodName().isEmpty()
        ? test.className()
        : test.className() + "#" + test.methodName();
  }
}
