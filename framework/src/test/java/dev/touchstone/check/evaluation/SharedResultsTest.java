package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SharedResultsTest {
  private static final long LIMIT = 10;

  private final List<String> done = new ArrayList<>();

  /** A text is as large as it is long. */
  private final SharedResults<String> results = new SharedResults<>(String::length);

  private record Key(String text) {}

  private String ask(String text) {
    return results.get(
        new Key(text),
        LIMIT,
        () -> {
          done.add(text);
          return text;
        });
  }

  @Test
  void workIsDoneOnce() {
    assertThat(ask("once")).isSameAs(ask("once"));
    assertThat(done).containsExactly("once");
  }

  @Test
  void whatWasNotAskedForLongestIsDropped() {
    ask("four");
    ask("five!");
    ask("four"); // now "five!" is the eldest
    ask("two");
    done.clear();

    ask("four");
    ask("two");
    ask("five!");

    assertThat(done).containsExactly("five!");
  }

  @Test
  void asMuchAsFitsIsKept() {
    ask("12345");
    ask("67890");
    done.clear();
    ask("12345");
    ask("67890");
    assertThat(done).isEmpty();
  }

  @Test
  void whatIsTooLargeIsNotKeptAndDropsNothing() {
    ask("small");
    ask("much too large");
    done.clear();
    ask("small");
    ask("much too large");
    assertThat(done).containsExactly("much too large");
  }

  @Test
  void failedWorkIsForgotten() {
    assertThatThrownBy(() -> results.get(new Key("a"), LIMIT, SharedResultsTest::failing))
        .hasMessage("out of luck");
    assertThat(results.get(new Key("a"), LIMIT, () -> "better")).isEqualTo("better");
  }

  private static String failing() {
    throw new IllegalStateException("out of luck");
  }

  @Test
  void workInFlightIsJoined() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<String> answer = new CompletableFuture<>();
    Thread first =
        new Thread(
            () ->
                results.get(
                    new Key("key"),
                    LIMIT,
                    () -> {
                      started.countDown();
                      return answer.join();
                    }));
    List<String> seen = new ArrayList<>();
    Thread second =
        new Thread(() -> seen.add(results.get(new Key("key"), LIMIT, SharedResultsTest::failing)));
    first.start();
    started.await();
    second.start();
    while (second.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    answer.complete("shared");
    first.join();
    second.join();
    assertThat(seen).containsExactly("shared");
  }

  @Test
  void aFailureInFlightReachesAllWhoWait() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<String> answer = new CompletableFuture<>();
    List<Throwable> thrown = new ArrayList<>();
    Thread first =
        new Thread(
            () -> {
              try {
                results.get(
                    new Key("key"),
                    LIMIT,
                    () -> {
                      started.countDown();
                      answer.join();
                      return failing();
                    });
              } catch (IllegalStateException expected) {
                // the second thread sees the same
              }
            });
    Thread second =
        new Thread(
            () -> {
              try {
                results.get(new Key("key"), LIMIT, () -> "unused");
              } catch (IllegalStateException e) {
                thrown.add(e);
              }
            });
    first.start();
    started.await();
    second.start();
    while (second.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    answer.complete("now");
    first.join();
    second.join();
    assertThat(thrown).singleElement().extracting(Throwable::getMessage).isEqualTo("out of luck");
  }
}
