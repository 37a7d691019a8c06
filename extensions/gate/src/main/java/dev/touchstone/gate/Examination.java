package dev.touchstone.gate;

import dev.touchstone.evidence.Bound;
import dev.touchstone.evidence.Numbers;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Verdict.Judgement;
import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.facts.DataFacts;
import dev.touchstone.facts.FactText;
import dev.touchstone.gate.policy.ReleasePolicy;
import dev.touchstone.gate.policy.ReleasePolicy.GrantedException;
import dev.touchstone.gate.policy.ReleasePolicy.Inconclusive;
import dev.touchstone.gate.policy.ReleasePolicy.OtherClaims;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedData;
import dev.touchstone.gate.policy.ReleasePolicy.PinnedTrainer;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredClaim;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredModel;
import dev.touchstone.gate.policy.ReleasePolicy.Suite;
import dev.touchstone.runtime.SuiteIdentity;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Holds the verdicts on one model, and on how it is made, against what a policy asks of it. */
final class Examination {
  private final ReleasePolicy policy;
  private final RequiredModel required;
  private final Candidate candidate;
  private final VerdictIndex index;
  private final Instant now;
  private final Grounds grounds;
  private final List<Shown> shown;
  private final List<Allowance> allowances;
  private final Set<Allowance> allowed = new HashSet<>();

  Examination(
      ReleasePolicy policy,
      RequiredModel required,
      Candidate candidate,
      VerdictIndex index,
      Instant now,
      Grounds grounds,
      List<Shown> shown,
      List<Allowance> allowances) {
    this.policy = policy;
    this.required = required;
    this.candidate = candidate;
    this.index = index;
    this.now = now;
    this.grounds = grounds;
    this.shown = shown;
    this.allowances = allowances;
  }

  void run(List<RecordedVerdict> about) {
    // 1. What is known to be wrong counts, whatever else is shown.
    Map<RecordedVerdict, Set<String>> listed = new IdentityHashMap<>();
    for (RequiredClaim claim : required.claims()) {
      for (RecordedVerdict recorded : index.answering(claim)) {
        if (otherSubject(claim, recorded).isEmpty() && answersAnother(claim, recorded).isEmpty()) {
          listed.computeIfAbsent(recorded, key -> new HashSet<>()).add(claim.loosest().quantity());
          refuted(claim, recorded);
          if (policy.inconclusive() == Inconclusive.REFUSE) {
            undecided(claim, recorded);
          }
        }
      }
    }
    if (policy.otherClaims() == OtherClaims.MUST_NOT_FAIL) {
      about.forEach(recorded -> otherRefuted(recorded, listed.getOrDefault(recorded, Set.of())));
    }
    // 2. Everything that is asked has to be shown.
    required.claims().forEach(this::require);
  }

  /** Who or what else a verdict is about; empty where it is about what the claim is about. */
  private Optional<Reason> otherSubject(RequiredClaim claim, RecordedVerdict recorded) {
    Provenance provenance = recorded.verdict().evidence().provenance();
    String name = provenance.subject().name();
    String where = where(recorded);
    PinnedTrainer trainer = claim.trainer();
    if (trainer != null) {
      return otherThan(trainer, provenance, name, where);
    }
    String digest = provenance.modelSha256().orElse("");
    if (digest.equals(candidate.sha256())) {
      return Optional.empty();
    }
    if (provenance.isAboutData()) {
      return Optional.of(
          new Reason.JudgedOnData(name, provenance.sourceSha256().orElse(""), where));
    }
    return Optional.of(
        provenance.isAboutTrainer()
            ? new Reason.JudgedOnTrainer(name, provenance.trainerSha256().orElse(""), where)
            : new Reason.OtherModel(candidate.sha256(), name, digest, where));
  }

  private static Optional<Reason> otherThan(
      PinnedTrainer trainer, Provenance provenance, String name, String where) {
    if (!provenance.isAboutTrainer() && !provenance.isAboutData()) {
      return Optional.of(new Reason.NoTrainer(trainer.name(), name, where));
    }
    String digest = provenance.sourceSha256().orElse("");
    if (digest.isEmpty()) {
      return Optional.of(new Reason.TrainerWithoutDigest(trainer.name(), name, where));
    }
    return trainer.digests().contains(digest)
        ? Optional.empty()
        : Optional.of(
            new Reason.OtherTrainer(trainer.name(), trainer.digests(), name, digest, where));
  }

  /** What keeps a verdict from being an answer to this very question, whatever it says. */
  private static List<Reason> answersAnother(RequiredClaim claim, RecordedVerdict recorded) {
    FactText.Texts pinned = recorded.verdict().evidence().provenance().pinned();
    List<Reason> reasons = new ArrayList<>();
    List<String> facts = claim.pinnedModelFacts().differences(pinned.model());
    if (!facts.isEmpty()) {
      reasons.add(new Reason.OtherModelFacts(facts, where(recorded)));
    }
    List<String> settings = claim.pinnedSettings().differences(pinned.settings());
    if (!settings.isEmpty()) {
      reasons.add(new Reason.OtherSettings(settings, where(recorded)));
    }
    return reasons;
  }

  private void refuted(RequiredClaim claim, RecordedVerdict recorded) {
    for (Judgement judgement : ofQuantity(claim, recorded)) {
      if (judgement.outcome() == Outcome.FAIL) {
        Optional<GrantedException> exception = exception(claim, judgement);
        if (exception.isPresent()) {
          allow(claim, judgement, exception.get());
        } else {
          grounds.add(
              candidate.name(),
              claim.name(),
              judgement.measurement().slice(),
              refuted(recorded, judgement));
        }
      }
    }
  }

  /** Where a verdict that lacks nothing else could not decide, whatever others say of the claim. */
  private void undecided(RequiredClaim claim, RecordedVerdict recorded) {
    for (String group : groups(claim)) {
      List<Reason> lacking = answer(claim, group, recorded).lacking();
      if (lacking.stream().allMatch(reason -> reason instanceof Reason.Undecided)) {
        lacking.forEach(reason -> add(claim, group, reason));
      }
    }
  }

  /** The groups that a claim asks about; null for every slice that a test judged. */
  private static List<@Nullable String> groups(RequiredClaim claim) {
    return claim.groups().isEmpty()
        ? Collections.singletonList(null)
        : new ArrayList<>(claim.groups());
  }

  private void add(RequiredClaim claim, @Nullable String group, Reason reason) {
    if (group == null) {
      grounds.add(candidate.name(), claim.name(), reason);
    } else {
      grounds.add(candidate.name(), claim.name(), group, reason);
    }
  }

  private static Reason refuted(RecordedVerdict recorded, Judgement judgement) {
    return new Reason.Refuted(
        recorded.verdict().claim().statement(),
        recorded.verdict().evidence().check(),
        trainerOf(recorded),
        Reason.Measured.of(judgement),
        recorded.verdict().claim().known().map(known -> known.reason()).orElse(null),
        where(recorded));
  }

  /** Where a verdict fails on a quantity that no claim of the policy asks for. */
  private void otherRefuted(RecordedVerdict recorded, Set<String> listed) {
    if (recorded.verdict().judgements().stream()
        .anyMatch(
            judgement ->
                judgement.outcome() == Outcome.FAIL
                    && !listed.contains(judgement.measurement().quantity()))) {
      grounds.add(
          candidate.name(),
          "",
          new Reason.OtherClaimRefuted(
              recorded.verdict().claim().statement(),
              recorded.verdict().evidence().check(),
              trainerOf(recorded),
              where(recorded)));
    }
  }

  /**
   * Looks for verdicts that show a claim for each of its groups, all on the same data: from several
   * data sets the one could be picked on which a group does well. Where there are none, says what
   * those lack that come nearest.
   */
  private void require(RequiredClaim claim) {
    Map<JudgedOn, List<RecordedVerdict>> byData = new LinkedHashMap<>();
    for (RecordedVerdict recorded : index.answering(claim)) {
      DataFacts data = recorded.verdict().evidence().provenance().data();
      byData
          .computeIfAbsent(
              new JudgedOn(
                  data.sha256(),
                  data.sha256().isEmpty() ? data.name() : "",
                  // What pinned data take together is asked of each group.
                  claim.data() == null ? data.merges() : Map.of()),
              key -> new ArrayList<>())
          .add(recorded);
    }
    List<Answer> nearest =
        byData.values().stream()
            .map(verdicts -> groups(claim).stream().map(g -> answer(claim, g, verdicts)).toList())
            .min(Answer.ALL_NEAREST_FIRST)
            .orElse(List.of());
    if (nearest.isEmpty()) {
      groups(claim).forEach(group -> add(claim, group, missing(claim)));
    }
    for (Answer answer : nearest) {
      if (answer.isComplete()) {
        answer.judgements().forEach(judgement -> show(claim, judgement, answer.recorded()));
      } else {
        answer.lacking().forEach(reason -> add(claim, answer.group(), reason));
      }
    }
  }

  /** What tells data from others, as far as a policy leaves it open. */
  private record JudgedOn(String sha256, String name, Map<String, String> merges) {}

  /** What the verdict that comes nearest says of a group. */
  private Answer answer(
      RequiredClaim claim, @Nullable String group, List<RecordedVerdict> verdicts) {
    return verdicts.stream()
        .map(recorded -> answer(claim, group, recorded))
        .min(Answer.NEAREST_FIRST)
        .orElseThrow();
  }

  private void show(RequiredClaim claim, Judgement judgement, RecordedVerdict recorded) {
    shown.add(new Shown(candidate.name(), claim.name(), judgement, recorded));
    if (passes(claim, judgement)) {
      return;
    }
    Optional<GrantedException> exception = exception(claim, judgement);
    if (exception.isPresent()) {
      allow(claim, judgement, exception.get());
    } else {
      recorded
          .verdict()
          .claim()
          .inconclusiveAllowed()
          .ifPresent(
              reason ->
                  allow(
                      new Allowance(
                          candidate.name(),
                          claim.name(),
                          judgement.measurement().slice(),
                          describe(judgement),
                          reason,
                          null,
                          null)));
    }
  }

  /**
   * What one verdict says of a claim and a group.
   *
   * @param group null for every slice that the test judged
   * @param aboutSubject whether it is about the model, or the trainer, that the claim is about
   * @param judgements of the group
   * @param lacking all that keeps them from showing the claim; empty if they do
   */
  private record Answer(
      RecordedVerdict recorded,
      @Nullable String group,
      boolean aboutSubject,
      List<Judgement> judgements,
      List<Reason> lacking) {
    static final Comparator<Answer> NEAREST_FIRST =
        Comparator.comparing((Answer answer) -> !answer.aboutSubject())
            .thenComparing(answer -> answer.lacking().size())
            .thenComparing(Answer::judgedAt, Comparator.reverseOrder());

    /** For the answers on all groups of a claim, of which each data set has its own. */
    static final Comparator<List<Answer>> ALL_NEAREST_FIRST =
        Comparator.comparing((List<Answer> answers) -> count(answers, a -> !a.aboutSubject()))
            .thenComparing(answers -> count(answers, answer -> !answer.isComplete()))
            .thenComparing(answers -> answers.stream().mapToInt(a -> a.lacking().size()).sum())
            .thenComparing(
                answers -> answers.stream().map(Answer::judgedAt).max(Comparator.naturalOrder()),
                Comparator.comparing(Optional::orElseThrow, Comparator.reverseOrder()));

    private static long count(List<Answer> answers, Predicate<Answer> which) {
      return answers.stream().filter(which).count();
    }

    private Instant judgedAt() {
      return recorded.verdict().evidence().provenance().startedAt();
    }

    boolean isComplete() {
      return lacking.isEmpty();
    }
  }

  private Answer answer(RequiredClaim claim, @Nullable String group, RecordedVerdict recorded) {
    String where = where(recorded);
    Optional<Reason> otherSubject = otherSubject(claim, recorded);
    if (otherSubject.isPresent()) {
      // What else it lacks, and what it found, says nothing about this model or trainer.
      return new Answer(recorded, group, false, List.of(), List.of(otherSubject.get()));
    }
    List<Reason> lacking = new ArrayList<>();
    List<Judgement> ofQuantity = ofQuantity(claim, recorded);
    List<Judgement> ofGroup =
        ofQuantity.stream()
            .filter(j -> group == null || j.measurement().slice().equals(group))
            .toList();
    List<Judgement> sameDirection =
        ofGroup.stream().filter(j -> j.bound().direction() == claim.loosest().direction()).toList();
    // A claim may bound a quantity from both sides; the policy asks about one.
    List<Judgement> judgements = sameDirection.isEmpty() ? ofGroup : sameDirection;
    if (judgements.isEmpty()) {
      lacking.add(
          new Reason.GroupNotJudged(
              ofQuantity.stream().map(j -> j.measurement().slice()).distinct().toList(), where));
    }
    circumstances(claim, recorded, where, lacking);
    (group == null
            ? ofQuantity.stream().map(judgement -> judgement.measurement().slice()).distinct()
            : Stream.of(group))
        .forEach(slice -> merged(claim, slice, recorded, where, lacking));
    List<Reason> answersAnother = answersAnother(claim, recorded);
    if (answersAnother.isEmpty()) {
      judgements.forEach(judgement -> judged(claim, recorded, judgement, where, lacking));
    } else {
      // Its answer is none to this question.
      lacking.addAll(answersAnother);
    }
    return new Answer(recorded, group, true, judgements, lacking.stream().distinct().toList());
  }

  private static List<Judgement> ofQuantity(RequiredClaim claim, RecordedVerdict recorded) {
    return recorded.verdict().judgements().stream()
        .filter(j -> j.measurement().quantity().equals(claim.loosest().quantity()))
        .toList();
  }

  /** Data, what it was compared with, suite, age. */
  private void circumstances(
      RequiredClaim claim, RecordedVerdict recorded, String where, List<Reason> lacking) {
    Provenance provenance = recorded.verdict().evidence().provenance();
    PinnedData pinned = claim.data();
    String data = provenance.data().sha256();
    if (pinned != null && !pinned.digests().contains(data)) {
      lacking.add(new Reason.OtherData(pinned.name(), provenance.data().name(), data, where));
    }
    List<String> facts =
        claim
            .pinnedDataFacts()
            .map(dataFacts -> dataFacts.differences(provenance.pinned().data()))
            .orElse(List.of());
    if (pinned != null && !facts.isEmpty()) {
      lacking.add(new Reason.OtherDataFacts(pinned.name(), facts, where));
    }
    // Who pins the digest of this very model has approved it: it is no worse than itself.
    if (provenance.comparesWithItself()
        && !claim.settings().containsKey(FactText.digestOf(Role.APPROVED))) {
      lacking.add(new Reason.ComparedWithItself(where));
    }
    suite(recorded, where, lacking);
    age(provenance.startedAt(), where, lacking);
  }

  /**
   * Whether a group is made of the values that the policy pins: the hash of the data does not cover
   * what a test took together, and a group's name alone does not say who is in it.
   */
  private static void merged(
      RequiredClaim claim,
      String slice,
      RecordedVerdict recorded,
      String where,
      List<Reason> lacking) {
    PinnedData data = claim.data();
    if (data == null) {
      return;
    }
    Provenance provenance = recorded.verdict().evidence().provenance();
    Map<String, String> pinned = new TreeMap<>(data.merged());
    pinned.keySet().removeIf(column -> !provenance.data().dependOn(slice, column));
    Map<String, String> judged = provenance.mergesOf(slice);
    Set<String> columns = new TreeSet<>(pinned.keySet());
    columns.addAll(judged.keySet());
    for (String column : columns) {
      if (!Objects.equals(pinned.get(column), judged.get(column))) {
        lacking.add(
            new Reason.OtherValuesMerged(
                data.name(), column, pinned.get(column), judged.get(column), where));
      }
    }
  }

  private void suite(RecordedVerdict recorded, String where, List<Reason> lacking) {
    Optional<SuiteIdentity> suite = recorded.test().flatMap(test -> test.suite());
    String oldest = policy.suite().oldestVersion();
    if (oldest != null) {
      String version = suite.flatMap(SuiteIdentity::version).orElse(null);
      if (version != null && !Suite.isOrdered(version)) {
        lacking.add(new Reason.UnorderedSuite(oldest, version, where));
      } else if (version == null || Suite.isOlder(version, oldest)) {
        lacking.add(new Reason.OlderSuite(oldest, version, where));
      }
    }
    Set<String> approved = policy.suite().approvedDigests();
    String digest = suite.map(SuiteIdentity::sha256).orElse("");
    if (!approved.isEmpty() && !approved.contains(digest)) {
      lacking.add(
          new Reason.UnapprovedSuite(
              recorded.test().map(test -> test.className()).orElse("no test"), digest, where));
    }
  }

  private void age(Instant judgedAt, String where, List<Reason> lacking) {
    if (judgedAt.isAfter(now.plus(Gate.CLOCKS_DIFFER))) {
      lacking.add(new Reason.FromTheFuture(judgedAt, now, where));
    }
    Duration limit = policy.maxAge();
    Duration age = Duration.between(judgedAt, now);
    if (limit != null && age.compareTo(limit) > 0) {
      lacking.add(new Reason.TooOld(judgedAt, age, limit, where));
    }
  }

  private void judged(
      RequiredClaim claim,
      RecordedVerdict recorded,
      Judgement judgement,
      String where,
      List<Reason> lacking) {
    double level = judgement.interval().level();
    if (level < policy.level()) {
      lacking.add(new Reason.LowerLevel(level, policy.level(), where));
    }
    Bound bound = judgement.bound();
    if (bound.direction() != claim.loosest().direction()) {
      lacking.add(new Reason.OtherDirection(bound, claim.loosest(), where));
      return;
    }
    if (exception(claim, judgement).isPresent()) {
      return;
    }
    if (!claim.allows(bound)) {
      lacking.add(new Reason.LaxerTolerance(bound, claim.loosest(), where));
    }
    if (judgement.outcome() == Outcome.FAIL) {
      lacking.add(refuted(recorded, judgement));
    } else if (judgement.outcome() == Outcome.INCONCLUSIVE
        && !passes(claim, judgement)
        && !acceptsInconclusive(recorded.verdict())) {
      lacking.add(undecided(recorded.verdict(), judgement, where));
    }
  }

  private boolean acceptsInconclusive(Verdict verdict) {
    return policy.inconclusive() == Inconclusive.ACCEPT_WITH_REASON
        && verdict.claim().inconclusiveAllowed().isPresent();
  }

  private Reason undecided(Verdict verdict, Judgement judgement, String where) {
    return new Reason.Undecided(
        Reason.Measured.of(judgement),
        verdict.toDecide(judgement),
        policy.inconclusive() == Inconclusive.REFUSE ? Ruling.DO_NOT_SHIP : Ruling.NOT_DECIDED,
        where);
  }

  /**
   * Whether a judgement shows what the policy asks. A test may have claimed more than that and left
   * its own claim open; then the interval says whether the policy's holds. It is valid for each
   * group by itself, as for any PASS: all groups have to pass, which needs no correction for their
   * number.
   */
  private static boolean passes(RequiredClaim claim, Judgement judgement) {
    return claim.allows(judgement.bound())
        && (judgement.outcome() == Outcome.PASS
            || (judgement.outcome() == Outcome.INCONCLUSIVE
                && judgement.bound().direction() == claim.loosest().direction()
                && lies(judgement, claim.loosest())));
  }

  /** An exception that covers a judgement which does not pass, and whose own bound is shown. */
  private Optional<GrantedException> exception(RequiredClaim claim, Judgement judgement) {
    if (passes(claim, judgement)) {
      return Optional.empty();
    }
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    return policy.exceptions().stream()
        // A policy that was read on an earlier day may hold some that have expired since.
        .filter(exception -> !exception.expires().isBefore(today))
        .filter(
            exception ->
                exception.covers(candidate.name(), claim.name(), judgement.measurement().slice()))
        .filter(
            exception ->
                judgement.bound().direction() == exception.noWorseThan().direction()
                    && lies(judgement, exception.noWorseThan()))
        .findFirst();
  }

  /** Whether the interval lies inside a bound, as for a PASS. */
  private static boolean lies(Judgement judgement, Bound bound) {
    return bound.admits(
        bound.direction() == Bound.Direction.AT_MOST
            ? judgement.interval().upper()
            : judgement.interval().lower());
  }

  private void allow(RequiredClaim claim, Judgement judgement, GrantedException exception) {
    allow(
        new Allowance(
            candidate.name(),
            claim.name(),
            judgement.measurement().slice(),
            describe(judgement) + ", excepted up to " + exception.noWorseThan(),
            exception.reason(),
            exception.owner(),
            exception.expires()));
  }

  private void allow(Allowance allowance) {
    if (allowed.add(allowance)) {
      allowances.add(allowance);
    }
  }

  private static String describe(Judgement judgement) {
    return judgement.outcome()
        + ": "
        + PlainText.of(judgement.measurement().quantity(), 100)
        + " "
        + Numbers.format(judgement.measurement().estimate().value(), judgement.interval())
        + ", claimed "
        + judgement.bound();
  }

  private Reason missing(RequiredClaim claim) {
    String test = claim.test();
    Optional<String> run = test == null ? Optional.empty() : index.runOfClassOf(test);
    return test != null && run.isPresent()
        ? new Reason.Skipped(test, run.get())
        : new Reason.Missing(claim.check(), claim.loosest().quantity(), test);
  }

  /** The trainer's or the data's name where a verdict is about them. */
  private static @Nullable String trainerOf(RecordedVerdict recorded) {
    Provenance provenance = recorded.verdict().evidence().provenance();
    return provenance.isAboutTrainer() || provenance.isAboutData()
        ? provenance.subject().name()
        : null;
  }

  /** Where a reader finds a verdict: its test, or else its fingerprint. */
  private static String where(RecordedVerdict recorded) {
    return VerdictIndex.testOf(recorded)
        .orElseGet(() -> "verdict " + PlainText.of(recorded.fingerprint(), 12));
  }
}
