package dev.touchstone.gate.cli;

import dev.touchstone.gate.Candidate;
import dev.touchstone.gate.policy.ReleasePolicy;
import dev.touchstone.gate.policy.ReleasePolicy.RequiredModel;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** Which model of a policy a file on the command line is meant for. */
final class Inputs {
  private Inputs() {}

  /**
   * Reads the digests of {@code FILE} and {@code NAME=FILE}. A file without a name is the policy's
   * only model, or the one that has the file's name.
   */
  static List<Candidate> candidates(List<String> given, ReleasePolicy policy) {
    return given.stream().map(model -> candidate(model, policy)).toList();
  }

  private static Candidate candidate(String given, ReleasePolicy policy) {
    List<String> names = policy.models().stream().map(RequiredModel::name).toList();
    for (String name : names) {
      if (given.startsWith(name + "=")) {
        return Candidate.of(name, path(given.substring(name.length() + 1)));
      }
    }
    Path file = path(given);
    if (names.size() == 1) {
      return Candidate.of(names.get(0), file);
    }
    String fileName = String.valueOf(file.getFileName());
    if (names.contains(fileName)) {
      return Candidate.of(fileName, file);
    }
    throw new TouchstoneException(
        "the policy asks about "
            + names.size()
            + " models, and none of them is named \""
            + fileName
            + "\"; say which one the file is: --model \""
            + names.get(0)
            + "\"="
            + given);
  }

  private static Path path(String given) {
    try {
      return Path.of(given);
    } catch (InvalidPathException e) {
      throw new TouchstoneException("\"" + given + "\" is no path: " + e.getReason(), e);
    }
  }
}
