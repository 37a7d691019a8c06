package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.assertGreen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TestIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of invocation sees the run's settings and the test that is asking. */
class BoundContextTest {
  private static final Map<String, String> SEED = Map.of("touchstone.seed", "4711");

  private static void assertBound(String method) {
    RunContext context = RunContext.current();
    assertThat(context.settings().seed()).isEqualTo(4711);
    assertThat(context.test().map(TestIdentity::methodName)).contains(method);
  }

  @Test
  void lifecycleMethodsTestsAndTemplatesAreBound() {
    assertGreen(6, Everything.class, SEED);
  }

  @ModelTest
  static class Everything {
    Everything() {
      assertThat(RunContext.current().settings().seed()).isEqualTo(4711);
    }

    @BeforeAll
    static void beforeAll() {
      assertBound("");
    }

    @BeforeEach
    @AfterEach
    void aroundEach() {
      assertThat(RunContext.current().test()).isPresent();
      assertThat(RunContext.current().settings().seed()).isEqualTo(4711);
    }

    @Test
    void test() {
      assertBound("test");
    }

    @RepeatedTest(2)
    void repeated() {
      assertBound("repeated");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void parameterized(int ignored) {
      assertBound("parameterized");
    }

    @Nested
    class Inside {
      @Test
      void nested() {
        assertBound("nested");
        assertThat(RunContext.current().test().orElseThrow().className())
            .endsWith("Everything$Inside");
      }
    }

    @AfterAll
    static void afterAll() {
      assertBound("");
    }
  }

  @Test
  void dynamicTestsAreBoundAndNamedAfterTheirFactory() {
    assertGreen(4, Factories.class, SEED);
  }

  @ModelTest
  static class Factories {
    @TestFactory
    Stream<DynamicNode> factory() {
      assertBound("factory");
      return Stream.of(1, 2)
          .map(
              number -> {
                // JUnit reads the stream after the factory has returned.
                assertThat(RunContext.current().settings().seed()).isEqualTo(4711);
                return dynamicTest("number " + number, () -> assertIsDynamic("number " + number));
              });
    }

    @TestFactory
    DynamicNode container() {
      return dynamicContainer(
          "outer",
          Stream.of(
              dynamicContainer(
                  "inner", Stream.of(dynamicTest("deep", () -> assertIsDynamic("deep")))),
              dynamicTest("flat", () -> assertIsDynamic("flat"))));
    }

    private static void assertIsDynamic(String name) {
      TestIdentity test = RunContext.current().test().orElseThrow();
      assertThat(test.displayName()).isEqualTo(name);
      assertThat(test.methodName()).isIn("factory", "container");
      assertThat(test.className()).endsWith("$Factories");
      assertThat(RunContext.current().settings().seed()).isEqualTo(4711);
    }
  }

  @Test
  void aTimeoutInASeparateThreadIsBound() {
    assertGreen(1, InSeparateThread.class, SEED);
  }

  @ModelTest
  static class InSeparateThread {
    private static Thread classThread;

    @BeforeAll
    static void remember() {
      classThread = Thread.currentThread();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void test() {
      assertThat(Thread.currentThread()).isNotSameAs(classThread);
      assertBound("test");
    }
  }

  @Test
  void threadsThatATestStartsSeeTheRunsSettingsAndTheTest() {
    assertGreen(3, StartsThreads.class, SEED);
  }

  @ModelTest
  static class StartsThreads {
    @Test
    void test() {
      var executor = Executors.newSingleThreadExecutor();
      try {
        RunContext seen = CompletableFuture.supplyAsync(RunContext::current, executor).join();
        assertThat(seen.settings().seed()).isEqualTo(4711);
        assertThat(seen.test().map(TestIdentity::methodName)).contains("test");
      } finally {
        executor.shutdown();
      }
    }

    @Test
    void preemptively() {
      assertTimeoutPreemptively(Duration.ofMinutes(1), () -> assertBound("preemptively"));
    }

    /** The last context of two that are bound one in the other, and what was before it after. */
    @Test
    void inside() throws InterruptedException {
      RunContext outer = RunContext.current();
      RunContext inner = outer.with(outer.settings());
      List<RunContext> seen = new CopyOnWriteArrayList<>();
      try (RunContext.Binding binding = inner.bind()) {
        join(() -> seen.add(RunContext.current()));
      }
      join(() -> seen.add(RunContext.current()));
      assertThat(seen).containsExactly(inner, outer);
    }
  }

  private static void join(Runnable work) throws InterruptedException {
    Thread thread = new Thread(work);
    thread.start();
    thread.join();
  }

  /** Who would be named is not who asks: nobody is. */
  @Test
  void aThreadThatOutlivesItsTestAsksForNone() {
    try {
      assertGreen(2, SharesAThread.class, SEED);
    } finally {
      SharesAThread.EXECUTOR.shutdown();
    }
  }

  @ModelTest
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class SharesAThread {
    static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor();

    private static RunContext asked() {
      return CompletableFuture.supplyAsync(RunContext::current, EXECUTOR).join();
    }

    @Test
    void first() {
      assertThat(asked().test().map(TestIdentity::methodName)).contains("first");
    }

    @Test
    void second() {
      RunContext asked = asked();
      assertThat(asked.test()).isEmpty();
      assertThat(asked.settings().seed()).isEqualTo(4711);
    }
  }

  /** Beside another test it might be a pool's thread, which works for both. */
  @Test
  void besideAnotherTestAStartedThreadAsksForNone() throws InterruptedException {
    TestIdentity one = new TestIdentity("1", "A", "one", "one()");
    TestIdentity two = new TestIdentity("2", "A", "two", "two()");
    List<Optional<TestIdentity>> seen = new CopyOnWriteArrayList<>();
    RunContext context = RunContext.current();
    try (RunContext.Binding mine = context.forTest(one).bind()) {
      join(
          () -> {
            try (RunContext.Binding other = context.forTest(two).bind()) {
              seen.add(RunContext.current().test());
            }
          });
      CountDownLatch bound = new CountDownLatch(1);
      CountDownLatch end = new CountDownLatch(1);
      Thread beside =
          new Thread(
              () -> {
                try (RunContext.Binding other = context.forTest(two).bind()) {
                  bound.countDown();
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      beside.start();
      bound.await();
      join(() -> seen.add(RunContext.current().test()));
      end.countDown();
      beside.join();
      join(() -> seen.add(RunContext.current().test()));
    }
    join(() -> seen.add(RunContext.current().test()));
    assertThat(seen)
        .containsExactly(Optional.of(two), Optional.empty(), Optional.of(one), Optional.empty());
  }

  @Test
  void nothingStaysBoundWhenTheRunHasEnded() {
    RunContext before = RunContext.current();
    assertGreen(1, InSeparateThread.class, SEED);
    assertThat(RunContext.current().settings()).isEqualTo(before.settings());
    assertThat(RunContext.current().test()).isEmpty();
  }
}
