package dev.touchstone.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which edition of a test class asked, so that a gate can tell an older suite's verdicts.
 *
 * @param sha256 over the class files of the test's outermost class, all classes nested in it, and
 *     what they inherit from outside the platform, in hexadecimal; empty where the class loader
 *     shows no class files
 * @param version {@code touchstone.suite.version}, or else the version that the suite's jar states
 */
public record SuiteIdentity(String sha256, Optional<String> version) {
  private static final ClassValue<String> DIGESTS =
      new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> outermost) {
          return digest(outermost);
        }
      };

  /** Returns the edition that a test class belongs to. */
  public static SuiteIdentity of(Class<?> testClass, Settings settings) {
    return new SuiteIdentity(
        DIGESTS.get(outermost(testClass)),
        settings
            .suiteVersion()
            .or(() -> Optional.ofNullable(testClass.getPackage().getImplementationVersion())));
  }

  private static Class<?> outermost(Class<?> type) {
    Class<?> enclosing = type.getEnclosingClass();
    return enclosing == null ? type : outermost(enclosing);
  }

  private static String digest(Class<?> outermost) {
    Map<String, Class<?>> suite = new TreeMap<>();
    try {
      collect(outermost, suite);
    } catch (LinkageError e) {
      return "";
    }
    Digest digest = Digest.sha256();
    for (Map.Entry<String, Class<?>> member : suite.entrySet()) {
      byte[] file = classFile(member.getValue());
      if (file == null) {
        return "";
      }
      digest.add(member.getKey()).add(Digest.ofBytes(file));
    }
    return digest.hex();
  }

  /** All that share the class's nest, and what they inherit. */
  private static void collect(@Nullable Class<?> type, Map<String, Class<?>> suite) {
    if (type == null || type.getClassLoader() == null || type.getName().startsWith("java.")) {
      return;
    }
    if (suite.putIfAbsent(type.getName(), type) == null) {
      for (Class<?> member : type.getNestHost().getNestMembers()) {
        collect(member, suite);
      }
      for (Class<?> inherited : type.getInterfaces()) {
        collect(inherited, suite);
      }
      collect(type.getSuperclass(), suite);
    }
  }

  private static byte @Nullable [] classFile(Class<?> type) {
    String name = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      return null;
    }
  }
}
