package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.assertGreen;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.model.Classifier;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** When models are released, by models that write it down. */
class LifetimeTest {
  private static final List<String> LOG = new CopyOnWriteArrayList<>();

  @BeforeEach
  void clear() {
    LOG.clear();
  }

  @Test
  void aStaticFieldsModelEndsWithItsClass() {
    assertGreen(2, OfClass.class);
    assertThat(LOG).containsExactly("a", "b", "after all", "released model");
  }

  @ModelTest
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class OfClass {
    @ModelUnderTest static Classifier model = new CountingModel("model", LOG);

    @Test
    void a() {
      LOG.add("a");
    }

    @Test
    void b() {
      LOG.add("b");
    }

    @AfterAll
    static void after() {
      LOG.add("after all");
    }
  }

  @Test
  void anInstanceFieldsModelEndsWithItsTest() {
    assertGreen(2, EachTestItsOwn.class);
    assertThat(LOG)
        .containsExactly("a", "after each", "released model", "b", "after each", "released model");
  }

  @ModelTest
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class EachTestItsOwn {
    @ModelUnderTest Classifier model = new CountingModel("model", LOG);

    @Test
    void a() {
      LOG.add("a");
    }

    @Test
    void b() {
      LOG.add("b");
    }

    @AfterEach
    void after() {
      LOG.add("after each");
    }
  }

  @Test
  void anInstanceFieldsModelEndsWithTheClassWhereOneInstanceRunsAllTests() {
    assertGreen(2, OfInstancePerClass.class);
    assertThat(LOG).containsExactly("a", "b", "released model");
  }

  @ModelTest
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class OfInstancePerClass {
    @ModelUnderTest Classifier model = new CountingModel("model", LOG);

    @Test
    void a() {
      LOG.add("a");
    }

    @Test
    void b() {
      LOG.add("b");
    }
  }

  @Test
  void whatASuperclassSharesEndsWithTheRun() {
    assertGreen(2, Heirs.class);
    assertThat(LOG.subList(0, 2)).containsExactlyInAnyOrder("First", "Second");
    assertThat(LOG.subList(2, LOG.size())).containsExactly("released model");
  }

  static class Heirs {
    @org.junit.jupiter.api.Nested
    @ModelTest
    class First extends Ancestor {}

    @org.junit.jupiter.api.Nested
    @ModelTest
    class Second extends Ancestor {}
  }

  abstract static class Ancestor {
    @ModelUnderTest static Classifier model = new CountingModel("model", LOG);

    @Test
    void test() {
      LOG.add(getClass().getSimpleName());
    }
  }

  @Test
  void candidatesOfAMethodSourceOutliveEveryInvocation() {
    assertGreen(2, Candidates.class);
    assertThat(LOG.subList(0, 2)).containsExactly("test a", "test b");
    assertThat(LOG.subList(2, LOG.size())).containsExactlyInAnyOrder("released a", "released b");
  }

  @ModelTest
  static class Candidates {
    static Stream<Classifier> candidates() {
      return Stream.of(new CountingModel("a", LOG), new CountingModel("b", LOG));
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void test(Classifier candidate) {
      LOG.add("test " + candidate.name());
    }
  }

  @Test
  void candidatesOfAParameterizedClassOutliveEveryInvocation() {
    assertGreen(4, CandidatesOfConstructor.class);
    assertThat(LOG.subList(0, 4)).containsExactly("1 a", "2 a", "1 b", "2 b");
    assertThat(LOG.subList(4, LOG.size())).containsExactlyInAnyOrder("released a", "released b");
  }

  @ModelTest
  @ParameterizedClass
  @MethodSource("candidates")
  @TestMethodOrder(MethodOrderer.MethodName.class)
  static class CandidatesOfConstructor {
    private final Classifier candidate;

    CandidatesOfConstructor(Classifier candidate) {
      this.candidate = candidate;
    }

    static Stream<Classifier> candidates() {
      return Stream.of(new CountingModel("a", LOG), new CountingModel("b", LOG));
    }

    @Test
    void one() {
      LOG.add("1 " + candidate.name());
    }

    @Test
    void two() {
      LOG.add("2 " + candidate.name());
    }
  }

  @Test
  void candidatesInFieldsOfAParameterizedClassAreReleasedOnce() {
    assertGreen(2, CandidatesInField.class);
    assertThat(LOG.subList(0, 2)).containsExactly("a", "b");
    assertThat(LOG.subList(2, LOG.size())).containsExactlyInAnyOrder("released a", "released b");
  }

  @ModelTest
  @ParameterizedClass
  @MethodSource("candidates")
  static class CandidatesInField {
    @Parameter Classifier candidate;

    static Stream<Classifier> candidates() {
      return Stream.of(new CountingModel("a", LOG), new CountingModel("b", LOG));
    }

    @Test
    void test() {
      LOG.add(candidate.name());
    }
  }
}
