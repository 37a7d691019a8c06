package dev.touchstone.gate;

import dev.touchstone.evidence.record.RecordedVerdict;
import dev.touchstone.evidence.record.VerdictSource;
import dev.touchstone.gate.policy.PolicyFile;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether models may ship, and why.
 *
 * <p>{@link Ruling#DO_NOT_SHIP} goes before {@link Ruling#NOT_DECIDED}: what is known to be wrong
 * does not become less so because something else is missing.
 *
 * @param at when it was decided
 * @param policy by which policy
 * @param candidates about which models
 * @param sources from which verdict files
 * @param grounds every reason against shipping; empty if and only if the models may ship
 * @param shown what was shown, by claim and group
 * @param allowances what was accepted although it was not shown
 * @param evidence all verdicts about the candidates, and about the trainers that the policy pins as
 *     those that make them, whether the policy asks for them or not
 */
public record Decision(
    Instant at,
    PolicyFile policy,
    List<Candidate> candidates,
    List<VerdictSource> sources,
    List<Ground> grounds,
    List<Shown> shown,
    List<Allowance> allowances,
    List<RecordedVerdict> evidence) {

  /** Copies the lists. */
  public Decision {
    candidates = List.copyOf(candidates);
    sources = List.copyOf(sources);
    grounds = List.copyOf(grounds);
    shown = List.copyOf(shown);
    allowances = List.copyOf(allowances);
    evidence = List.copyOf(evidence);
  }

  /** What has to be known of the claims that were taken for shown, each warning once a claim. */
  public List<Caution> cautions() {
    return shown.stream()
        .flatMap(
            cell ->
                cell.verdict().verdict().warnings().stream()
                    .map(warning -> new Caution(cell.model(), cell.claim(), warning)))
        .distinct()
        .toList();
  }

  /** The gravest of what the grounds say; {@link Ruling#SHIP} where there is none. */
  public Ruling ruling() {
    return gravest(grounds);
  }

  /** The grounds that concern one candidate, those that concern all of them included. */
  public List<Ground> groundsAbout(Candidate candidate) {
    return grounds.stream()
        .filter(ground -> ground.model().isEmpty() || ground.model().equals(candidate.name()))
        .toList();
  }

  /** What is said of one candidate alone. */
  public Ruling rulingOn(Candidate candidate) {
    return gravest(groundsAbout(candidate));
  }

  private static Ruling gravest(List<Ground> grounds) {
    return grounds.stream()
        .map(ground -> ground.reason().ruling())
        .min(Comparator.comparingInt(Ruling::exitCode))
        .orElse(Ruling.SHIP);
  }

  /** The verdicts about one candidate's file. */
  public List<RecordedVerdict> evidenceAbout(Candidate candidate) {
    return evidence.stream().filter(v -> Gate.digestOfModel(v).equals(candidate.sha256())).toList();
  }

  /** The verdicts about the trainers that the policy pins as those that make one candidate. */
  public List<RecordedVerdict> trainerEvidenceOn(Candidate candidate) {
    Set<String> digests =
        policy.policy().models().stream()
            .filter(model -> model.name().equals(candidate.name()))
            .flatMap(model -> model.trainerDigests().stream())
            .collect(Collectors.toSet());
    return evidence.stream()
        .filter(
            recorded ->
                recorded
                    .verdict()
                    .evidence()
                    .provenance()
                    .sourceSha256()
                    .filter(digests::contains)
                    .isPresent())
        .toList();
  }
}
