package dev.touchstone.gate.handoff;

import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes what a decision hands on. */
public final class Handoff {
  static final String DECISION = "decision.json";

  private static final String CARD = ".cdx.json";
  private static final String CARD_IN_MARKDOWN = ".md";
  private static final String STATEMENT = ".intoto.json";

  /** The statement is the last to go: by it a model's files are known. */
  private static final List<String> FILES = List.of(CARD, CARD_IN_MARKDOWN, STATEMENT);

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
      OutputFile.write(directory.resolve(name + CARD), ModelCardBom.write(decision, candidate));
      OutputFile.write(
          directory.resolve(name + CARD_IN_MARKDOWN), ModelCardMarkdown.write(decision, candidate));
      OutputFile.write(
          directory.resolve(name + STATEMENT), TestResultStatement.write(decision, candidate));
    }
    OutputFile.write(directory.resolve(DECISION), DecisionJson.write(decision));
  }

  /**
   * Deletes what an earlier decision handed on, so that nothing there outlives the attempt at
   * another: its {@code decision.json} first, then the cards and statements of the models that it
   * names. Other files stay.
   *
   * @throws TouchstoneException if the decision cannot be deleted
   */
  public static void clear(Path directory) {
    Path decision = directory.resolve(DECISION);
    if (!Files.exists(decision, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<String> models = modelsOf(decision);
    delete(decision);
    Set<String> names = new HashSet<>();
    for (String model : models) {
      String name = fileName(model, names);
      // A card goes with its statement; a README.md that merely has a model's name does not.
      if (Files.exists(directory.resolve(name + STATEMENT))) {
        FILES.forEach(ending -> delete(directory.resolve(name + ending)));
      }
    }
  }

  private static List<String> modelsOf(Path decision) {
    try {
      return Verification.Recorded.read(decision).models();
    } catch (TouchstoneException e) {
      // What is no decision names no models.
      return List.of();
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new TouchstoneException(
          file
              + " is of an earlier decision and could not be deleted ("
              + e
              + "); delete it, or name another directory",
          e);
    }
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
