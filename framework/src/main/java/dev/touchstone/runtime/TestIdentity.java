package dev.touchstone.runtime;

/**
 * The test that asked for a verdict.
 *
 * @param id the test framework's unique id
 * @param className the test class's binary name
 * @param methodName the test method's name
 * @param displayName what a person reads
 */
public record TestIdentity(String id, String className, String methodName, String displayName) {

  /**
   * The command that runs this test alone again with a seed, in the build tool that runs it now.
   */
  public String command(long seed) {
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    if (System.getProperty("org.gradle.test.worker") != null) {
      return "./gradlew test --tests '"
          + className.replace('$', '.')
          + "."
          + methodName
          + "' -Dtouchstone.seed="
          + seed;
    }
    return "mvn test -Dtest='" + simpleName + "#" + methodName + "' -Dtouchstone.seed=" + seed;
  }
}
