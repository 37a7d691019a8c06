package dev.touchstone.gate.cli;

import dev.touchstone.evidence.ModelTests;
import dev.touchstone.evidence.PlainText;
import dev.touchstone.gate.Allowance;
import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Caution;
import dev.touchstone.gate.Decision;
import dev.touchstone.gate.Ground;
import dev.touchstone.gate.Ruling;
import dev.touchstone.gate.Shown;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Help.Ansi;

/**
 * A decision as people read it on a terminal: the ruling first, then every reason with its cure.
 */
final class DecisionText {
  private static final int LONGEST = 200;
  private static final int LONGEST_WARNING = 600;
  private static final int MOST_GROUPS = 8;

  private DecisionText() {}

  static void print(Decision decision, PrintWriter out, Ansi ansi) {
    out.println(
        ansi.string("@|bold," + colour(decision.ruling()) + " " + decision.ruling().words() + "|@")
            + "  "
            + shown(decision.policy().policy().name()));
    for (Candidate candidate : decision.candidates()) {
      out.println(
          "  model     "
              + shown(candidate.name())
              + ", SHA-256 "
              + shortened(candidate.sha256())
              + ", "
              + decision.evidenceAbout(candidate).size()
              + " verdicts about it");
      int ofTrainers = decision.trainerEvidenceOn(candidate).size();
      if (ofTrainers > 0) {
        out.println("            and " + ofTrainers + " about " + trainers(decision, candidate));
      }
    }
    out.println(
        "  policy    "
            + shown(decision.policy().file().toString())
            + ", SHA-256 "
            + shortened(decision.policy().sha256()));
    decision
        .sources()
        .forEach(
            source ->
                out.println(
                    "  verdicts  "
                        + shown(source.file().toString())
                        + ", SHA-256 "
                        + shortened(source.sha256())
                        + ", "
                        + tests(source.tests())));
    out.println("  shown     " + claims(decision) + " required claims");
    int number = 0;
    for (Ground ground : decision.grounds()) {
      out.println();
      out.println(++number + ". " + about(ground));
      out.println("   " + ground.reason().problem());
      out.println("   -> " + ground.reason().cure());
    }
    if (!decision.cautions().isEmpty()) {
      out.println();
      out.println("Shown, with a warning:");
      decision.cautions().forEach(caution -> out.println("  - " + warned(caution)));
    }
    if (!decision.allowances().isEmpty()) {
      out.println();
      out.println("Accepted though not shown:");
      decision.allowances().forEach(allowance -> out.println("  - " + accepted(allowance)));
    }
    out.flush();
  }

  private static String tests(ModelTests tests) {
    String left = tests.leftOutInWords();
    String counted =
        left.isEmpty()
            ? tests.found() + (tests.found() == 1 ? " model test" : " model tests")
            : left;
    return tests.uncounted() == 0
        ? counted
        : tests.found() == 0 ? "tests not counted" : counted + ", others not counted";
  }

  private static String trainers(Decision decision, Candidate candidate) {
    long pinned =
        decision.policy().policy().models().stream()
            .filter(model -> model.name().equals(candidate.name()))
            .flatMap(model -> model.claims().stream())
            .flatMap(claim -> Optional.ofNullable(claim.trainer()).stream())
            .distinct()
            .count();
    return pinned == 1 ? "the trainer that makes it" : pinned + " trainers pinned for it";
  }

  private static String colour(Ruling ruling) {
    return switch (ruling) {
      case SHIP -> "green";
      case DO_NOT_SHIP -> "red";
      case NOT_DECIDED -> "yellow";
    };
  }

  /** How many of the claims were shown for all of their groups. */
  private static String claims(Decision decision) {
    Set<String> lacking = new LinkedHashSet<>();
    decision.grounds().forEach(ground -> lacking.add(ground.model() + "\n" + ground.claim()));
    Set<String> shown = new LinkedHashSet<>();
    for (Shown cell : decision.shown()) {
      shown.add(cell.model() + "\n" + cell.claim());
    }
    shown.removeAll(lacking);
    long required =
        decision.candidates().stream()
            .flatMap(
                candidate ->
                    decision.policy().policy().models().stream()
                        .filter(model -> model.name().equals(candidate.name())))
            .mapToLong(model -> model.claims().size())
            .sum();
    return shown.size() + " of " + required;
  }

  private static String about(Ground ground) {
    if (ground.claim().isEmpty()) {
      return ground.model().isEmpty() ? "the evidence" : shown(ground.model());
    }
    String groups =
        String.join(
            ", ", ground.groups().stream().limit(MOST_GROUPS).map(DecisionText::shown).toList());
    return shown(ground.claim())
        + (ground.groups().isEmpty()
            ? ""
            : " [" + groups + (ground.groups().size() > MOST_GROUPS ? ", …" : "") + "]");
  }

  private static String warned(Caution caution) {
    return shown(caution.claim()) + ": " + PlainText.of(caution.warning().text(), LONGEST_WARNING);
  }

  private static String accepted(Allowance allowance) {
    return shown(allowance.claim())
        + (allowance.isOfTest() ? "" : " [" + shown(allowance.group()) + "]")
        + ", "
        + allowance.what()
        + ": "
        + shown(allowance.reason())
        + (allowance.owner() == null
            ? allowance.isOfTest() ? " (the policy)" : " (the test's own reason)"
            : " (" + shown(allowance.owner()) + ", until " + allowance.expires() + ")");
  }

  private static String shown(String text) {
    return PlainText.of(text, LONGEST);
  }

  private static String shortened(String sha256) {
    return PlainText.of(sha256, 12);
  }
}
