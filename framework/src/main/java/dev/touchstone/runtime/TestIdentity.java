package dev.touchstone.runtime;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The test that asked for a verdict.
 *
 * @param id the test framework's unique id
 * @param className the test class's binary name
 * @param methodName the test method's name
 * @param displayName what a person reads
 * @param suite which edition of the test class; empty where it is not known
 */
public record TestIdentity(
    String id,
    String className,
    String methodName,
    String displayName,
    Optional<SuiteIdentity> suite) {

  /** What every shell reads as it stands. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/-]+");

  /** A test of an unknown edition. */
  public TestIdentity(String id, String className, String methodName, String displayName) {
    this(id, className, methodName, displayName, Optional.empty());
  }

  /**
   * Returns the command that runs this test alone again with the same settings, in the build tool
   * that runs it now; to be pasted where that build starts.
   *
   * <p>Under Maven that is the directory of the wrapper {@code mvnw}. Without a wrapper it is the
   * module's directory or that of the whole build, where other modules do not mind that they have
   * no such test.
   */
  public String command(Settings settings) {
    String launcher = System.getProperty("touchstone.reproduce");
    return launcher == null
        ? command(settings, Path.of("").toAbsolutePath(), underGradle())
        : command(settings, launcher);
  }

  /** Under a launcher of suites, which says itself how it is called, up to model and test. */
  String command(Settings settings, String launcher) {
    StringBuilder command = new StringBuilder(launcher);
    settings
        .models()
        .forEach(
            (key, file) ->
                command
                    .append(" --model ")
                    .append(
                        Settings.quoted(
                            key.equals(Settings.MODEL)
                                ? file
                                : key.substring(Settings.MODEL.length() + 1) + "=" + file)));
    return command
        .append(" --select ")
        .append(Settings.quoted(className + (methodName.isEmpty() ? "" : "#" + methodName)))
        .append(' ')
        .append(settings.optionsWithoutModels())
        .toString();
  }

  String command(Settings settings, Path directory, boolean gradle) {
    // Names come from the user's own code: the $ of an inner class, the blanks of a Kotlin method.
    return gradle
        ? "./gradlew test --tests "
            + Settings.quoted(className + (methodName.isEmpty() ? "" : "." + methodName))
            + " "
            + settings.options()
        : maven(directory)
            + " test -Dtest="
            + Settings.quoted(
                className.substring(className.lastIndexOf('.') + 1)
                    + (methodName.isEmpty() ? "" : "#" + methodName))
            + " -Dsurefire.failIfNoSpecifiedTests=false "
            + settings.options();
  }

  private static boolean underGradle() {
    return System.getProperty("org.gradle.test.worker") != null;
  }

  /** The wrapper, and the module from its directory, where the build has one. */
  private static String maven(Path module) {
    for (Path root = module; root != null; root = root.getParent()) {
      if (Files.exists(root.resolve("mvnw"))) {
        return root.equals(module)
            ? "./mvnw"
            : "./mvnw -pl " + inShell(root.relativize(module).toString()) + " -am";
      }
      if (!Files.exists(root.resolve("pom.xml"))) {
        break;
      }
    }
    return "mvn";
  }

  private static String inShell(String module) {
    String path = module.replace('\\', '/');
    return PLAIN.matcher(path).matches() ? path : Settings.quoted(path);
  }
}
