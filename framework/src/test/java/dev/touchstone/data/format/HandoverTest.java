package dev.touchstone.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers that go from one thread to another and back. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandoverTest {

  /** The other thread would wait for ever for what a thread without memory does not hand on. */
  @Test
  void whereThereIsMemoryForOneContainerItGoesBackAndForth() throws InterruptedException {
    AtomicInteger made = new AtomicInteger();
    Handover<int[]> handover =
        new Handover<>(
            4,
            () -> {
              if (made.incrementAndGet() > 1) {
                throw new OutOfMemoryError("of this test");
              }
              return new int[1];
            });
    Thread filling =
        new Thread(
            () -> {
              for (int i = 0; i < 100; i++) {
                int[] blank = handover.blank();
                blank[0] = i;
                handover.hand(i, blank);
              }
            });
    filling.start();

    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int[] filled = handover.take();
      taken.add(filled[0]);
      handover.giveBack(filled);
    }
    filling.join();

    assertThat(taken).hasSize(100).isSorted().doesNotHaveDuplicates();
    assertThat(made).hasValue(2);
  }

  @Test
  void withoutMemoryForAnyItSaysSo() {
    Handover<int[]> handover =
        new Handover<>(
            4,
            () -> {
              throw new OutOfMemoryError("of this test");
            });

    assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(handover::blank);
  }
}
