package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Native;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.ResourceLock;

@EnabledOnOs(OS.LINUX)
@DisabledIfEnvironmentVariable(named = "OMP_WAIT_POLICY", matches = ".*")
@ResourceLock("the native environment")
class NativeThreadsTest {
  private static final CLibrary C = Native.load("c", CLibrary.class);

  private final @Nullable String before = C.getenv("OMP_WAIT_POLICY");

  @AfterEach
  void restore() {
    if (before == null) {
      C.unsetenv("OMP_WAIT_POLICY");
    } else {
      C.setenv("OMP_WAIT_POLICY", before, 1);
    }
  }

  @Test
  void idleThreadsAreToldToSleepBeforeTheEngineLoads() {
    Torch.version();

    assertThat(C.getenv("OMP_WAIT_POLICY")).isEqualTo("PASSIVE");
  }

  @Test
  void whatTheUserSetIsKept() {
    C.unsetenv("OMP_WAIT_POLICY");

    NativeThreads.sleepWhenIdle(Map.of("GOMP_SPINCOUNT", "1000")::get);
    assertThat(C.getenv("OMP_WAIT_POLICY")).isNull();

    NativeThreads.sleepWhenIdle(Map.<String, String>of()::get);
    assertThat(C.getenv("OMP_WAIT_POLICY")).isEqualTo("PASSIVE");
  }
}
