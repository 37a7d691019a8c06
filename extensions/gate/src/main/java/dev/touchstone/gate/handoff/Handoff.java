package dev.touchstone.gate.handoff;

import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Writes what a decision hands on. */
public final class Handoff {
  static final String DECISION = "decision.json";

  private static final int LONGEST_NAME = 80;

  private Handoff() {}

  /**
   * Writes {@code decision.json} and, for each model, {@code NAME.cdx.json} (model card as
   * CycloneDX ML-BOM), {@code NAME.md} (model card in Markdown) and {@code NAME.intoto.json}
   * (test-result statement to sign). Every file is written whole or not at all; {@code
   * decision.json} is the last.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the directory cannot be written to
   */
  public static void write(Decision decision, Path directory) {
    Set<String> names = new HashSet<>();
    for (Candidate candidate : decision.candidates()) {
      String name = fileName(candidate.name(), names);
      OutputFile.write(
          directory.resolve(name + ".cdx.json"), ModelCardBom.write(decision, candidate));
      OutputFile.write(
          directory.resolve(name + ".md"), ModelCardMarkdown.write(decision, candidate));
      OutputFile.write(
          directory.resolve(name + ".intoto.json"), TestResultStatement.write(decision, candidate));
    }
    OutputFile.write(directory.resolve(DECISION), DecisionJson.write(decision));
  }

  /** A model's name as a file name that is one on every system, and no path. */
  private static String fileName(String model, Set<String> taken) {
    String safe = model.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("^[.]+", "_");
    safe = safe.substring(0, Math.min(safe.length(), LONGEST_NAME));
    String name = safe;
    for (int i = 2; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = safe + "-" + i;
    }
    return name;
  }
}
