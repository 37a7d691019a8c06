package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuiteIdentityTest {
  private static final Settings SETTINGS =
      new Settings("cpu", 42, Policy.STRICT, 512L << 20, Path.of("target"));

  static class Inherited {}

  static class Suite extends Inherited {
    static class Nested {}
  }

  /** Loads the test's own classes again, one of them changed by a byte that nobody runs. */
  private static final class Changed extends ClassLoader {
    private final String changed;

    Changed(String changed) {
      super(SuiteIdentityTest.class.getClassLoader());
      this.changed = changed;
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      InputStream original = super.getResourceAsStream(name);
      if (original == null || !name.equals(changed.replace('.', '/') + ".class")) {
        return original;
      }
      try {
        byte[] bytes = original.readAllBytes();
        bytes[bytes.length - 1] ^= 1;
        return new java.io.ByteArrayInputStream(bytes);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(SuiteIdentityTest.class.getName())) {
        return super.loadClass(name, resolve);
      }
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null) {
        return loaded;
      }
      try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static String digestWithChanged(String changed) throws ClassNotFoundException {
    return SuiteIdentity.of(new Changed(changed).loadClass(Suite.class.getName()), SETTINGS)
        .sha256();
  }

  @Test
  void aNestedClassBelongsToTheSuiteOfItsOutermostOne() {
    assertThat(SuiteIdentity.of(Suite.Nested.class, SETTINGS).sha256())
        .matches("[0-9a-f]{64}")
        .isEqualTo(SuiteIdentity.of(SuiteIdentityTest.class, SETTINGS).sha256());
  }

  @Test
  void theSameClassesAreTheSameEdition() throws ClassNotFoundException {
    assertThat(digestWithChanged("nothing"))
        .isEqualTo(SuiteIdentity.of(Suite.class, SETTINGS).sha256());
  }

  @Test
  void aChangeOfANestedClassIsAnotherEdition() throws ClassNotFoundException {
    assertThat(digestWithChanged(Suite.Nested.class.getName()))
        .isNotEqualTo(SuiteIdentity.of(Suite.class, SETTINGS).sha256());
  }

  @Test
  void theVersionIsWhatTheUserSays() {
    System.setProperty("touchstone.suite.version", "1.4");
    try {
      assertThat(SuiteIdentity.of(Suite.class, Settings.fromSystem()).version()).contains("1.4");
    } finally {
      System.clearProperty("touchstone.suite.version");
    }
    assertThat(SuiteIdentity.of(Suite.class, SETTINGS).version()).isEqualTo(Optional.empty());
  }
}
