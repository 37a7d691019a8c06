package dev.touchstone.gate.handoff;

import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.Decision;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
   * Writes {@code decision.json} and, for each model, {@code NAME.intoto.json} (test-result
   * statement to sign), {@code NAME.cdx.json} (model card as CycloneDX ML-BOM) and {@code NAME.md}
   * (model card in Markdown). Every file is written whole or not at all; the decision is the first,
   * so that no statement stands without it, and where a file cannot be written none stays.
   *
   * @throws dev.touchstone.runtime.TouchstoneException if the directory cannot be written to
   */
  public static void write(Decision decision, Path directory) {
    try {
      OutputFile.write(directory.resolve(DECISION), DecisionJson.write(decision));
      Set<String> names = new HashSet<>();
      for (Candidate candidate : decision.candidates()) {
        String name = fileName(candidate.name(), names);
        // Before the cards, which are found by it.
        OutputFile.write(
            directory.resolve(name + STATEMENT), TestResultStatement.write(decision, candidate));
        OutputFile.write(directory.resolve(name + CARD), ModelCardBom.write(decision, candidate));
        OutputFile.write(
            directory.resolve(name + CARD_IN_MARKDOWN),
            ModelCardMarkdown.write(decision, candidate));
      }
    } catch (RuntimeException | Error failure) {
      try {
        clear(directory);
      } catch (TouchstoneException e) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /**
   * Deletes what an earlier decision handed on, so that nothing there outlives the attempt at
   * another: its {@code decision.json}, and each of its statements with the cards of the same name,
   * whatever the decision says or whether it is there. Other files stay.
   *
   * @throws TouchstoneException if one of them cannot be read or deleted
   */
  public static void clear(Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> files = new ArrayList<>(List.of(directory.resolve(DECISION)));
    for (Path statement : statementsIn(directory)) {
      String file = statement.getFileName().toString();
      String name = file.substring(0, file.length() - STATEMENT.length());
      FILES.forEach(ending -> files.add(directory.resolve(name + ending)));
    }
    deleteAll(files);
  }

  /** A card goes with its statement; a README.md that merely has a model's name does not. */
  private static List<Path> statementsIn(Path directory) {
    List<Path> statements = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + STATEMENT)) {
      for (Path file : files) {
        if (Files.isRegularFile(file) && TestResultStatement.isOne(Files.readAllBytes(file))) {
          statements.add(file);
        }
      }
    } catch (DirectoryIteratorException | IOException e) {
      throw new TouchstoneException(
          "what an earlier decision left in "
              + directory
              + " could not be read ("
              + e
              + "); delete it, or name another directory",
          e);
    }
    return statements;
  }

  /** What cannot be deleted keeps nothing else. */
  private static void deleteAll(List<Path> files) {
    TouchstoneException failure = null;
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        TouchstoneException kept =
            new TouchstoneException(
                file
                    + " is of an earlier decision and could not be deleted ("
                    + e
                    + "); delete it, or name another directory",
                e);
        if (failure == null) {
          failure = kept;
        } else {
          failure.addSuppressed(kept);
        }
      }
    }
    if (failure != null) {
      throw failure;
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
