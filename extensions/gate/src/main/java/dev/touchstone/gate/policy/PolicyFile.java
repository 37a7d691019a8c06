package dev.touchstone.gate.policy;

import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;

/**
 * A policy as it was read.
 *
 * @param file where it lies
 * @param sha256 of the file's bytes
 * @param policy what it says
 */
public record PolicyFile(Path file, String sha256, ReleasePolicy policy) {

  /**
   * Reads a policy.
   *
   * @param today exceptions that have expired by this day are refused
   * @throws InvalidPolicyException with every problem that the file has, each with its line
   * @throws TouchstoneException if there is no such file
   */
  public static PolicyFile read(Path file, LocalDate today) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(YamlDocument.MOST_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new TouchstoneException(
          "no policy " + file + "; `touchstone policy init --verdicts …` writes one from a run", e);
    } catch (IOException e) {
      throw new TouchstoneException("the policy " + file + " could not be read: " + e, e);
    }
    return new PolicyFile(
        file, Digest.ofBytes(bytes), PolicyReader.read(bytes, file.toString(), today));
  }
}
