package dev.touchstone.maven;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Whether a compiled class holds model tests: its constant pool names the annotations on it. Asked
 * of the bytes, since loading the class would take its whole class path.
 */
final class ModelTestClass {
  private static final List<String> DESCRIPTORS =
      List.of(
          "Ldev/touchstone/jupiter/ModelTest;",
          "Ldev/touchstone/jupiter/ModelUnderTest;",
          "Ldev/touchstone/jupiter/ModelsUnderTest;",
          "Ldev/touchstone/jupiter/DatasetUnderTest;",
          "Ldev/touchstone/jupiter/AuditData;",
          "Ldev/touchstone/jupiter/TrainerUnderTest;");

  private ModelTestClass() {}

  static boolean isOne(byte[] classFile) {
    String text = new String(classFile, StandardCharsets.ISO_8859_1);
    return DESCRIPTORS.stream().anyMatch(text::contains);
  }
}
